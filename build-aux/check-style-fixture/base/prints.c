/* prints.c - a fixture: may print. */
void tell(void)
{
    puts("tell");
}
