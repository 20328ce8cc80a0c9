/* library.c - a fixture: a library that prints and ends. */
void tell(void)
{
    printf("tell");
    _exit(1);
    exit(1);
}
