/* ppt.c - placeholder */
#include "extract/ole.h"

enum err_code ppt_run(const struct extract_input *input, extract_sink *sink, void *context, struct err *err)
{
    (void)input; (void)sink; (void)context;
    return err_set(err, ERR_INVALID, "a presentation of PowerPoint before 2007");
}
