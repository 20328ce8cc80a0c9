# docs/
EXTRA_DIST += docs/ARCHITECTURE.md docs/RELEVANCE.md docs/openapi.yaml
dist_doc_DATA = docs/redactie-voorbeeld.txt
