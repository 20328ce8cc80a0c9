# docs/
EXTRA_DIST += docs/ARCHITECTURE.md docs/RELEVANCE.md docs/openapi.yaml
