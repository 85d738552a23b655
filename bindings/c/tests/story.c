/* The story over a socket, against the simulated host:
 *
 *   story PORT JOURNAL
 *
 * sign-in; a sale, and its void; a sale whose answer is lost, so that it is
 * reversed; a sale after which the power fails; a restart, which reverses that
 * one; one more sale; a sale and its void with the track enciphered. Then the ledger, one line a transaction, for comparison
 * with the host's books. The host loses the answer to the second sale. */
#define _POSIX_C_SOURCE 200809L
#include "posix.h"
#include "void.h"
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void must(int true_, const char *what)
{
    if (true_)
        return;
    fprintf(stderr, "story: %s\n", what);
    exit(1);
}

static annul_status sell(struct till *till, const char *request, uint64_t amount,
                         annul_entry *entry)
{
    annul_sale sale;
    annul_begun begun;
    annul_now now;
    annul_status status;
    till->ports.now(till, &now);
    memset(&sale, 0, sizeof sale);
    sale.struct_size = sizeof sale;
    sale.request = request;
    sale.amount = amount;
    sale.track2 = "6224242900000113=28062019031013";
    status = annul_terminal_begin_sale(&till->terminal, &now, &sale, till->ports.room(till), &begun);
    if (status == ANNUL_STATUS_OK)
        status = annul_loop_run(&till->terminal, &till->ports);
    if (status == ANNUL_STATUS_OK)
        status = annul_terminal_entry_by_request(&till->terminal, request, entry);
    return status;
}

/* A sale, and its void with the card, whose track goes enciphered: the host
 * opens it. */
static void enciphered(struct till *till)
{
    static const char track2[] = "6224242900000113=28062019031013";
    uint8_t track[19];
    size_t length;
    annul_sale sale;
    annul_void what;
    annul_begun begun;
    annul_entry entry;
    annul_now now;
    must(annul_track_pack(track2, track, sizeof track, &length) == ANNUL_STATUS_OK, "pack");
    must(annul_softpad_encrypt_track(&till->pad, track, length) == ANNUL_STATUS_OK, "encipher");
    till->ports.now(till, &now);
    memset(&sale, 0, sizeof sale);
    sale.struct_size = sizeof sale;
    sale.request = "sale-5";
    sale.amount = 321;
    sale.track2 = track2;
    must(annul_terminal_begin_sale_enciphered(&till->terminal, &now, &sale, track, length,
                                              till->ports.room(till), &begun) == ANNUL_STATUS_OK,
         "enciphered sale");
    must(annul_loop_run(&till->terminal, &till->ports) == ANNUL_STATUS_OK, "sold");
    must(annul_terminal_entry_by_request(&till->terminal, "sale-5", &entry) == ANNUL_STATUS_OK &&
             entry.outcome == ANNUL_OUTCOME_APPROVED,
         "the host opened the track");
    memset(&what, 0, sizeof what);
    what.struct_size = sizeof what;
    what.request = "void-5";
    what.original = entry.trace;
    what.supervisor = "00";
    what.reason = "customer-request";
    must(annul_terminal_begin_void_enciphered(&till->terminal, &now, &what, track, length,
                                              till->ports.room(till), &begun) == ANNUL_STATUS_TRACK2,
         "enciphered void without a track");
    what.track2 = track2;
    must(annul_terminal_begin_void_enciphered(&till->terminal, &now, &what, track, length,
                                              till->ports.room(till), &begun) == ANNUL_STATUS_OK,
         "enciphered void");
    must(annul_loop_run(&till->terminal, &till->ports) == ANNUL_STATUS_OK, "voided");
    must(annul_terminal_entry_by_request(&till->terminal, "void-5", &entry) == ANNUL_STATUS_OK &&
             entry.outcome == ANNUL_OUTCOME_APPROVED,
         "and the void's");
}

/* What misuse gets: a number, never a crash. */
static void misuse(struct till *till)
{
    static annul_terminal nothing;
    annul_action action;
    annul_entry entry;
    annul_fault fault;
    annul_now now;
    uint8_t mac[8] = {0};
    till->ports.now(till, &now);
    must(annul_terminal_poll(NULL, &action) == ANNUL_STATUS_NULL, "null terminal");
    must(annul_terminal_poll(&nothing, &action) == ANNUL_STATUS_NOT_INITIALISED, "zeroed terminal");
    must(annul_terminal_mac(&till->terminal, &now, 4711, mac) == ANNUL_STATUS_UNASKED, "unasked MAC");
    must(annul_terminal_entry(&till->terminal, 4711, &entry) == ANNUL_STATUS_NOT_FOUND, "no entry");
    must(void_sale(till, "no such sale", 1, &entry) == ANNUL_STATUS_REQUEST_ID, "bad request id");
    must(void_sale(till, "no-such-sale", 4711, &entry) == ANNUL_STATUS_UNKNOWN_TRACE, "no sale");
    must(annul_terminal_last_error(&till->terminal, &fault) == ANNUL_STATUS_OK &&
             fault.status == ANNUL_STATUS_UNKNOWN_TRACE,
         "last error");
}

/* The first day: ends by a power loss, with a request at the host. */
static void before_the_power_loss(const char *journal, const char *port)
{
    static struct till till;
    annul_entry sale, voided, lost;
    annul_now now;
    must(till_open(&till, journal, port) == ANNUL_STATUS_OK, "open");
    must(sell(&till, "sale-0", 100, &sale) == ANNUL_STATUS_SIGN_IN_REQUIRED, "sold unsigned");
    till.ports.now(&till, &now);
    must(annul_terminal_sign_in(&till.terminal, &now) == ANNUL_STATUS_OK, "sign-in");
    must(annul_loop_run(&till.terminal, &till.ports) == ANNUL_STATUS_OK, "signed in");
    misuse(&till);

    must(sell(&till, "sale-1", 1234, &sale) == ANNUL_STATUS_OK, "first sale");
    must(sale.outcome == ANNUL_OUTCOME_APPROVED && strlen(sale.reference) == 12, "approved");
    must(strcmp(sale.card, "622424******0113") == 0, "masked card");
    must(void_sale(&till, "void-1", sale.trace, &voided) == ANNUL_STATUS_OK, "void");
    must(voided.outcome == ANNUL_OUTCOME_APPROVED && voided.original == sale.entry, "void stands");
    must(void_sale(&till, "void-2", sale.trace, &voided) == ANNUL_STATUS_NOT_VOIDABLE, "void twice");

    must(sell(&till, "sale-2", 500, &lost) == ANNUL_STATUS_OK, "second sale");
    must(lost.outcome == ANNUL_OUTCOME_UNDOING || lost.outcome == ANNUL_OUTCOME_UNDONE, "in doubt");
    must(annul_loop_recover(&till.terminal, &till.ports) == ANNUL_STATUS_OK, "recover");
    must(annul_terminal_entry(&till.terminal, lost.entry, &lost) == ANNUL_STATUS_OK, "entry");
    must(lost.outcome == ANNUL_OUTCOME_UNDONE, "undone");

    till.power = POWER_FAILS_AFTER_SEND;
    (void)!sell(&till, "sale-3", 700, &lost);
    must(0, "the power did not fail");
}

static void after_it(const char *journal, const char *port)
{
    static struct till till;
    annul_entry entry;
    annul_totals totals;
    size_t index;
    must(till_open(&till, journal, port) == ANNUL_STATUS_OK, "open again");
    must(annul_loop_recover(&till.terminal, &till.ports) == ANNUL_STATUS_OK, "recover again");
    must(annul_terminal_entry_by_request(&till.terminal, "sale-3", &entry) == ANNUL_STATUS_OK,
         "the cut sale is known");
    must(entry.outcome == ANNUL_OUTCOME_UNDONE, "and undone");
    must(sell(&till, "sale-4", 888, &entry) == ANNUL_STATUS_OK, "sale after it");
    must(entry.outcome == ANNUL_OUTCOME_APPROVED, "approved after it");
    must(sell(&till, "sale-4", 888, &entry) == ANNUL_STATUS_OK, "asked again, nothing is sent");
    enciphered(&till);
    must(annul_terminal_totals(&till.terminal, &totals) == ANNUL_STATUS_OK, "totals");
    must(totals.debit_count == 3 && totals.debit == 1234 + 888 + 321, "debit");
    must(totals.credit_count == 2 && totals.credit == 1234 + 321, "credit");
    for (index = 0; annul_terminal_entry_at(&till.terminal, index, &entry) == ANNUL_STATUS_OK;
         index++)
        printf("%06u %06u %s %llu %d\n", (unsigned)entry.batch, (unsigned)entry.trace,
               entry.kind == ANNUL_KIND_SALE ? "sale" : "void", (unsigned long long)entry.amount,
               (int)entry.status);
    till_close(&till);
}

int main(int count, char **words)
{
    int ended;
    pid_t child;
    must(count == 3, "usage: story PORT JOURNAL");
    remove(words[2]);
    child = fork();
    must(child >= 0, "fork");
    if (child == 0)
        before_the_power_loss(words[2], words[1]);
    must(waitpid(child, &ended, 0) == child && ended == 0, "the first day went wrong");
    after_it(words[2], words[1]);
    return 0;
}
