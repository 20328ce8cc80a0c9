# indexer/: naslag-index.
bin_PROGRAMS += naslag-index
naslag_index_SOURCES = \
	indexer/beside.c indexer/beside.h \
	indexer/block_walk.c indexer/block_walk.h \
	indexer/builder.c indexer/builder.h \
	indexer/compose.c indexer/compose.h indexer/facts.c indexer/facts.h \
	indexer/explain.c indexer/explain.h \
	indexer/explain_record.c \
	indexer/explain_facts.c \
	indexer/explain_repair.c \
	indexer/family.c indexer/family.h \
	indexer/file_job.c indexer/file_job.h \
	indexer/group.c indexer/group.h \
	indexer/holdings.c indexer/holdings.h \
	indexer/intake.c indexer/intake.h \
	indexer/known.c indexer/known.h \
	indexer/layout.c indexer/layout.h \
	indexer/learn.c indexer/learn.h \
	indexer/likeness.c indexer/likeness.h \
	indexer/ledger.c indexer/ledger.h indexer/ledger_db.h \
	indexer/ledger_documents.c \
	indexer/ledger_learn.c \
	indexer/ledger_limits.c \
	indexer/ledger_lines.c \
	indexer/ledger_report.c \
	indexer/ledger_tombstones.c indexer/tombstones.h \
	indexer/ledger_undo.c \
	indexer/limits.c indexer/limits.h \
	indexer/lines.c indexer/lines.h \
	indexer/main.c \
	indexer/memory.c indexer/memory.h \
	indexer/mend.c indexer/mend.h \
	indexer/network.c \
	indexer/metadata.c indexer/metadata.h \
	indexer/plan.c \
	indexer/pool.c indexer/pool.h \
	indexer/progress.c indexer/progress.h \
	indexer/publish.c indexer/publish.h \
	indexer/publish_batch.c \
	indexer/publish_lexicon.c \
	indexer/publish_merge.c \
	indexer/publish_part.c indexer/publish_part.h \
	indexer/purge.c indexer/purge.h \
	indexer/purge_captures.c indexer/purge_captures.h \
	indexer/purge_finish.c \
	indexer/purge_log.c \
	indexer/purge_marks.c \
	indexer/purge_names.c indexer/purge_names.h \
	indexer/purge_plan.c indexer/purge_plan.h \
	indexer/purge_search.c \
	indexer/purged.c indexer/purged.h \
	indexer/residue.c indexer/residue.h \
	indexer/rewrite.c indexer/rewrite.h \
	indexer/run.c indexer/run.h \
	indexer/sheet.c indexer/sheet.h \
	indexer/source.c indexer/source.h \
	indexer/spool.c indexer/spool.h \
	indexer/status.c indexer/status.h \
	indexer/rollback.c indexer/rollback.h \
	indexer/space.c indexer/space.h \
	indexer/summary.c \
	indexer/take.c \
	indexer/teach.c \
	indexer/texts.c indexer/texts.h \
	indexer/verify.c indexer/verify.h
naslag_index_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
naslag_index_LDADD = $(EXTRACT_LIBS) $(TEXT_LIBS) $(SHIM_LIBS) $(BASE_LIBS) $(SQLITE_LIBS)
nodist_EXTRA_naslag_index_SOURCES = force-cxx-link.cc
