# docs/
EXTRA_DIST += docs/ARCHITECTURE.md docs/openapi.yaml
