/* bad.h - a fixture: no guard. */
extern int tab;
