/* ledger_limits.c - with other limits, what limits stopped is read again. */
#include "indexer/ledger_db.h"

#include <stdio.h>

#define LIMITS_UNKNOWN (-1)

enum err_code ledger_set_limits(struct ledger *ledger, int64_t limits, struct err *err)
{
    int64_t known;
    char sql[256];
    enum err_code code = ledger_read_number(ledger, "limits", LIMITS_UNKNOWN, &known, err);
    if (code != ERR_OK || known == limits) {
        return code;
    }
    /* No extractor has the number 0: plan.c reads these files as if they had changed. */
    snprintf(sql, sizeof sql, "UPDATE file SET extractor = 0 WHERE state IN (%d, %d) OR id IN (SELECT file FROM document WHERE"
             " state IN (%d, %d))", LEDGER_FAILED, LEDGER_TRUNCATED, LEDGER_FAILED, LEDGER_TRUNCATED);
    if (known != LIMITS_UNKNOWN) {
        code = ledger_execute(ledger, sql, "doubt what limits stopped", err);
    }
    return code == ERR_OK ? ledger_write_number(ledger, "limits", limits, err) : code;
}
