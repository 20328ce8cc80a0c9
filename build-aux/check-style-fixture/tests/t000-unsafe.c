/* t000-unsafe.c - a fixture: tests may. */
int number(const char *text)
{
    return atoi(text);
}
