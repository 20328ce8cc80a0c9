/* front.c - a fixture: no library. */
void tell(void)
{
    puts("tell");
}
