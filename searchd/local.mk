# searchd/: naslag-searchd, the HTTP daemon.  Includes base/ and search/ only.
bin_PROGRAMS += naslag-searchd
naslag_searchd_SOURCES = \
	searchd/answer.c searchd/answer.h \
	searchd/api.c searchd/api.h \
	searchd/broadening.c searchd/broadening.h \
	searchd/deadly.c searchd/deadly.h \
	searchd/dispatch.c searchd/dispatch.h \
	searchd/dutch.c searchd/dutch.h \
	searchd/file.c searchd/file.h \
	searchd/find.c searchd/find.h \
	searchd/front.c searchd/front.h \
	searchd/guard.c searchd/guard.h \
	searchd/http.c searchd/http.h \
	searchd/keeper.c searchd/keeper.h \
	searchd/links.c searchd/links.h \
	searchd/listen.c searchd/listen.h \
	searchd/log.c searchd/log.h \
	searchd/main.c \
	searchd/options.c searchd/options.h \
	searchd/page.c searchd/page.h \
	searchd/problem.c searchd/problem.h \
	searchd/process.c searchd/process.h \
	searchd/request.c searchd/request.h \
	searchd/route.c searchd/route.h \
	searchd/siblings.c searchd/siblings.h \
	searchd/template.c searchd/template.h \
	searchd/view.c searchd/view.h \
	searchd/web.c searchd/web.h \
	searchd/worker.c searchd/worker.h
nodist_naslag_searchd_SOURCES = searchd/web_files.c
nodist_EXTRA_naslag_searchd_SOURCES = force-cxx-link.cc
naslag_searchd_CFLAGS = $(AM_CFLAGS) $(MHD_CFLAGS) -pthread
naslag_searchd_LDADD = $(SEARCH_LIBS) $(MHD_LIBS) -lpthread

# The templates, the style sheet and the icon, compiled in.
WEB_FILES = \
	web/fout.html \
	web/icoon.svg \
	web/kop.html \
	web/start.html \
	web/stijl.css \
	web/voet.html \
	web/zoeken.html
EXTRA_DIST += $(WEB_FILES) searchd/embed.sh
CLEANFILES += searchd/web_files.c
searchd/web_files.c: $(WEB_FILES) searchd/embed.sh
	$(AM_V_GEN)$(MKDIR_P) searchd && \
	files= && for file in $(WEB_FILES); do files="$$files $(srcdir)/$$file"; done && \
	$(SHELL) $(srcdir)/searchd/embed.sh $$files >$@.new && mv $@.new $@
