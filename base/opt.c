/* opt.c - parsing and printing an option table. */
#include "base/opt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct opt *find_option(const struct opt_program *program, const char *name, size_t len, char letter)
{
    for (size_t i = 0; i < program->option_count; i++) {
        const struct opt *option = &program->options[i];
        if (letter != 0 ? option->letter == letter : strlen(option->name) == len && memcmp(option->name, name, len) == 0) {
            return option;
        }
    }
    return NULL;
}

static enum err_code store_value(const struct opt *option, const char *value, struct err *err)
{
    if (option->kind == OPT_STRING) {
        *(const char **)option->target = value;
        return ERR_OK;
    }
    char *rest;
    errno = 0;
    long number = strtol(value, &rest, 10);
    if (errno != 0 || *value == '\0' || *rest != '\0' || number < option->min || number > option->max) {
        return err_set(err, ERR_INVALID, "option --%s wants a whole number from %ld to %ld, not '%s'", option->name,
                       option->min, option->max, value);
    }
    *(long *)option->target = number;
    return ERR_OK;
}

enum err_code opt_parse(const struct opt_program *program, int argc, char **argv, int *ret_operands, struct err *err)
{
    int operands = 0;
    bool options_ended = false;
    for (int i = 1; i < argc; i++) {
        char *word = argv[i];
        if (options_ended || word[0] != '-' || word[1] == '\0') {
            argv[++operands] = word;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            options_ended = true;
            continue;
        }
        bool is_long = word[1] == '-';
        const char *name = word + (is_long ? 2 : 1);
        const char *equals = is_long ? strchr(name, '=') : NULL;
        size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);
        const struct opt *option = is_long || len == 1 ? find_option(program, name, len, is_long ? 0 : name[0]) : NULL;
        if (option == NULL) {
            return err_set(err, ERR_INVALID, "unknown option '%s'; see %s --help", word, program->name);
        }
        if (option->kind == OPT_FLAG) {
            if (equals != NULL) {
                return err_set(err, ERR_INVALID, "option --%s takes no value", option->name);
            }
            *(bool *)option->target = true;
            continue;
        }
        const char *value = equals != NULL ? equals + 1 : i + 1 < argc ? argv[++i] : NULL;
        if (value == NULL) {
            return err_set(err, ERR_INVALID, "option --%s needs a value: %s", option->name, option->argument);
        }
        enum err_code code = store_value(option, value, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    *ret_operands = operands;
    return ERR_OK;
}

void opt_help(const struct opt_program *program, FILE *to)
{
    fprintf(to, "usage: %s %s\n%s\n\noptions:\n", program->name, program->usage, program->summary);
    for (size_t i = 0; i < program->option_count; i++) {
        const struct opt *option = &program->options[i];
        if (option->help == NULL) {
            continue;
        }
        char left[64];
        char letter[8] = "    ";
        if (option->letter != 0) {
            snprintf(letter, sizeof letter, "-%c, ", option->letter);
        }
        snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name, option->argument != NULL ? " " : "",
                 option->argument != NULL ? option->argument : "");
        fprintf(to, "  %-30s %s\n", left, option->help);
    }
    if (program->epilogue != NULL) {
        fprintf(to, "\n%s", program->epilogue);
    }
}
