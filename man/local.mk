# man/: the manual pages.
dist_man1_MANS = man/naslag-index.1 man/naslag-search.1
dist_man5_MANS = man/naslag-redactie.5
dist_man8_MANS = man/naslag-searchd.8
