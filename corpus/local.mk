# corpus/
