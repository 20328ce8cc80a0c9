# docs/
EXTRA_DIST += docs/ARCHITECTURE.md docs/PERFORMANCE.md docs/RELEVANCE.md docs/growth.svg docs/openapi.yaml
dist_doc_DATA = docs/redactie-voorbeeld.txt
