/* What is beyond sale and void, over a socket, against the simulated host:
 *
 *   kinds PORT JOURNAL
 *
 * a pre-authorization, completed in part, and the completion's void; another one
 * let go; a refund whose answer is lost, resolved by the acquirer's word, and the
 * rest of it by reference and date; a balance; some of it with the track
 * enciphered; the settlement, which balances. Then the ledger, one line a transaction, for comparison with the host's books. The
 * host loses the answer to the first refund. */
#include "posix.h"
#include "void.h"
#include <stdlib.h>
#include <string.h>

static const char track2[] = "6224242900000113=28062019031013";

/* The last balance and the last stage of a settlement that were told. */
static annul_notice balance, stage;

static void must(int true_, const char *what)
{
    if (true_)
        return;
    fprintf(stderr, "kinds: %s\n", what);
    exit(1);
}

static void hear(void *user, const annul_notice *notice)
{
    (void)user;
    if (notice->kind == ANNUL_NOTICE_KIND_BALANCE)
        balance = *notice;
    else if (notice->kind >= ANNUL_NOTICE_KIND_COMPARING)
        stage = *notice;
}

/* Runs what was begun to its end, and gives the entry of the request. */
static annul_status done(struct till *till, annul_status begun, const char *request,
                         annul_entry *entry)
{
    if (begun == ANNUL_STATUS_OK)
        begun = annul_loop_run(&till->terminal, &till->ports);
    if (begun == ANNUL_STATUS_OK)
        begun = annul_terminal_entry_by_request(&till->terminal, request, entry);
    return begun;
}

static annul_status pay(struct till *till, const char *request, uint64_t amount, int held,
                        annul_entry *entry)
{
    annul_sale sale;
    annul_begun begun;
    annul_now now;
    size_t room = till->ports.room(till);
    annul_status status;
    till->ports.now(till, &now);
    memset(&sale, 0, sizeof sale);
    sale.struct_size = sizeof sale;
    sale.request = request;
    sale.amount = amount;
    sale.track2 = track2;
    if (held)
        status = annul_terminal_begin_preauthorization(&till->terminal, &now, &sale, room, &begun);
    else
        status = annul_terminal_begin_sale(&till->terminal, &now, &sale, room, &begun);
    return done(till, status, request, entry);
}

/* Voids a pre-authorization, or completes it. */
static annul_status claim(struct till *till, const char *request, annul_hold_claim what,
                          const annul_entry *held, uint64_t amount, annul_entry *entry)
{
    annul_hold hold;
    annul_begun begun;
    annul_now now;
    annul_status status;
    till->ports.now(till, &now);
    memset(&hold, 0, sizeof hold);
    hold.struct_size = sizeof hold;
    hold.request = request;
    hold.claim = what;
    hold.authorization = held->authorization;
    hold.date = held->date;
    hold.amount = amount;
    hold.track2 = track2;
    hold.supervisor = "00";
    hold.reason = "customer-request";
    status = annul_terminal_begin_hold(&till->terminal, &now, &hold, till->ports.room(till), &begun);
    return done(till, status, request, entry);
}

/* By the trace of the sale, or by what stands on its slip. */
static annul_status refund(struct till *till, const char *request, const annul_entry *sale,
                           int by_slip, uint64_t amount, annul_entry *entry)
{
    annul_refund order;
    annul_begun begun;
    annul_now now;
    annul_status status;
    till->ports.now(till, &now);
    memset(&order, 0, sizeof order);
    order.struct_size = sizeof order;
    order.request = request;
    if (by_slip) {
        order.reference = sale->reference;
        order.date = sale->date;
    } else {
        order.original = sale->trace;
    }
    order.amount = amount;
    order.track2 = track2;
    order.supervisor = "00";
    order.reason = "goods-returned";
    status = annul_terminal_begin_refund(&till->terminal, &now, &order, till->ports.room(till),
                                         &begun);
    return done(till, status, request, entry);
}

static void holds(struct till *till)
{
    annul_entry held, taken, voided, entry;
    annul_option option;
    must(pay(till, "hold-1", 10000, 1, &held) == ANNUL_STATUS_OK, "pre-authorization");
    must(held.kind == ANNUL_KIND_PREAUTHORIZATION && strlen(held.authorization) == 6 &&
             strlen(held.date) == 4,
         "what its slip says");
    must(claim(till, "take-1", ANNUL_HOLD_CLAIM_COMPLETE, &held, 8000, &taken) == ANNUL_STATUS_OK,
         "completion");
    must(taken.outcome == ANNUL_OUTCOME_APPROVED && taken.original == held.entry, "taken");
    must(void_sale(till, "void-1", taken.trace, &voided) == ANNUL_STATUS_OK, "void of it");
    must(voided.outcome == ANNUL_OUTCOME_APPROVED && voided.kind == ANNUL_KIND_COMPLETION_VOID,
         "voided");

    must(pay(till, "hold-2", 5000, 1, &held) == ANNUL_STATUS_OK, "another");
    must(annul_terminal_option_at(&till->terminal, held.trace, 100, 1, &option) == ANNUL_STATUS_OK &&
             option.kind == ANNUL_KIND_COMPLETION && option.status == ANNUL_STATUS_OK,
         "it may be completed");
    must(claim(till, "free-2", ANNUL_HOLD_CLAIM_VOID, &held, 5000, &entry) == ANNUL_STATUS_OK,
         "let go");
    must(entry.kind == ANNUL_KIND_PREAUTHORIZATION_VOID, "by its void");
    must(annul_terminal_option_at(&till->terminal, held.trace, 100, 1, &option) == ANNUL_STATUS_OK &&
             option.status == ANNUL_STATUS_HOLD_NOT_OPEN,
         "and no more");
    must(annul_terminal_option_at(&till->terminal, held.trace, 100, 2, &option) ==
             ANNUL_STATUS_NOT_FOUND,
         "two things, not three");
    must(claim(till, "take-2", ANNUL_HOLD_CLAIM_COMPLETE, &held, 5000, &entry) ==
             ANNUL_STATUS_HOLD_NOT_OPEN,
         "nothing is left to take");
    memcpy(held.date, "1301", 5);
    must(claim(till, "take-3", ANNUL_HOLD_CLAIM_COMPLETE, &held, 5000, &entry) ==
             ANNUL_STATUS_CIVIL,
         "no such date");
}

static void refunds(struct till *till)
{
    annul_entry sale, entry;
    annul_now now;
    must(pay(till, "sale-1", 1234, 0, &sale) == ANNUL_STATUS_OK, "sale");
    must(refund(till, "back-1", &sale, 0, 234, &entry) == ANNUL_STATUS_OK, "refund");
    must(entry.outcome == ANNUL_OUTCOME_UNRESOLVED && entry.status == ANNUL_ENTRY_STATUS_UNRESOLVED,
         "nobody knows");
    till->ports.now(till, &now);
    must(annul_terminal_resolve(&till->terminal, &now, "back-1", "00", ANNUL_VERDICT_APPROVED,
                                "asked the acquirer") == ANNUL_STATUS_OK,
         "the acquirer's word");
    must(done(till, ANNUL_STATUS_OK, "back-1", &entry) == ANNUL_STATUS_OK &&
             entry.outcome == ANNUL_OUTCOME_APPROVED,
         "resolved");
    must(refund(till, "back-2", &sale, 1, 1000, &entry) == ANNUL_STATUS_OK, "the rest");
    must(entry.outcome == ANNUL_OUTCOME_APPROVED && entry.original == sale.entry, "by its slip");
    must(refund(till, "back-3", &sale, 1, 1, &entry) == ANNUL_STATUS_EXCEEDS_ORIGINAL, "too much");
}

static void ask_for_the_balance(struct till *till)
{
    annul_inquiry inquiry;
    annul_now now;
    till->ports.now(till, &now);
    memset(&inquiry, 0, sizeof inquiry);
    inquiry.struct_size = sizeof inquiry;
    must(annul_terminal_begin_inquiry(&till->terminal, &now, &inquiry) == ANNUL_STATUS_PAN,
         "whose balance?");
    inquiry.track2 = track2;
    must(annul_terminal_begin_inquiry(&till->terminal, &now, &inquiry) == ANNUL_STATUS_OK,
         "inquiry");
    must(annul_loop_run(&till->terminal, &till->ports) == ANNUL_STATUS_OK, "asked");
    must(strcmp(balance.code, "00") == 0 && balance.balance_known && balance.balance > 0,
         "the balance");
}

/* The track of the next order, enciphered by the device. */
static size_t enciphered(struct till *till, uint8_t *track, size_t capacity)
{
    size_t length;
    must(annul_track_pack(track2, track, capacity, &length) == ANNUL_STATUS_OK, "pack");
    must(annul_softpad_encrypt_track(&till->pad, track, length) == ANNUL_STATUS_OK, "encipher");
    return length;
}

/* The same with tracks enciphered: the host opens each. */
static void with_tracks_enciphered(struct till *till)
{
    uint8_t track[19];
    size_t length = enciphered(till, track, sizeof track);
    size_t room = till->ports.room(till);
    annul_sale sale;
    annul_hold hold;
    annul_refund back;
    annul_inquiry inquiry;
    annul_begun begun;
    annul_entry held, taken, entry;
    annul_now now;
    till->ports.now(till, &now);
    memset(&sale, 0, sizeof sale);
    sale.struct_size = sizeof sale;
    sale.request = "hold-5";
    sale.amount = 700;
    sale.track2 = track2;
    must(done(till,
              annul_terminal_begin_preauthorization_enciphered(&till->terminal, &now, &sale, track,
                                                               length, room, &begun),
              "hold-5", &held) == ANNUL_STATUS_OK &&
             held.outcome == ANNUL_OUTCOME_APPROVED,
         "enciphered pre-authorization");
    memset(&hold, 0, sizeof hold);
    hold.struct_size = sizeof hold;
    hold.request = "take-5";
    hold.claim = ANNUL_HOLD_CLAIM_COMPLETE;
    hold.authorization = held.authorization;
    hold.date = held.date;
    hold.amount = 700;
    hold.track2 = track2;
    must(done(till,
              annul_terminal_begin_hold_enciphered(&till->terminal, &now, &hold, track, length,
                                                   room, &begun),
              "take-5", &taken) == ANNUL_STATUS_OK &&
             taken.outcome == ANNUL_OUTCOME_APPROVED,
         "enciphered completion");
    memset(&back, 0, sizeof back);
    back.struct_size = sizeof back;
    back.request = "back-5";
    back.original = taken.trace;
    back.amount = 700;
    back.track2 = track2;
    back.supervisor = "00";
    back.reason = "goods-returned";
    must(done(till,
              annul_terminal_begin_refund_enciphered(&till->terminal, &now, &back, track, length,
                                                     room, &begun),
              "back-5", &entry) == ANNUL_STATUS_OK &&
             entry.outcome == ANNUL_OUTCOME_APPROVED,
         "enciphered refund");
    memset(&inquiry, 0, sizeof inquiry);
    memset(&balance, 0, sizeof balance);
    inquiry.struct_size = sizeof inquiry;
    inquiry.track2 = track2;
    must(annul_terminal_begin_inquiry_enciphered(&till->terminal, &now, &inquiry, track,
                                                 length - 1) == ANNUL_STATUS_RANGE,
         "another length");
    must(annul_terminal_begin_inquiry_enciphered(&till->terminal, &now, &inquiry, track, length) ==
                 ANNUL_STATUS_OK &&
             annul_loop_run(&till->terminal, &till->ports) == ANNUL_STATUS_OK &&
             balance.balance_known,
         "enciphered inquiry");
}

static void settle(struct till *till)
{
    annul_standing standing;
    annul_totals totals;
    annul_now now;
    must(annul_terminal_totals(&till->terminal, &totals) == ANNUL_STATUS_OK &&
             totals.debit == 8000 + 1234 + 700 && totals.credit == 8000 + 1234 + 700,
         "totals");
    till->ports.now(till, &now);
    must(annul_terminal_settle(&till->terminal, &now, till->ports.room(till)) == ANNUL_STATUS_OK,
         "settlement");
    must(annul_loop_run(&till->terminal, &till->ports) == ANNUL_STATUS_OK, "settled");
    must(stage.kind == ANNUL_NOTICE_KIND_BATCH_CLOSED && stage.batch == 2, "the batch is closed");
    must(annul_terminal_standing(&till->terminal, &standing) == ANNUL_STATUS_OK &&
             standing.batch == 2,
         "and the next is open");
}

static void print_ledger(const struct till *till)
{
    static const char *const kinds[] = {"sale",     "void",          "preauth", "preauth-void",
                                        "complete", "complete-void", "refund"};
    annul_entry entry;
    size_t index;
    for (index = 0; annul_terminal_entry_at(&till->terminal, index, &entry) == ANNUL_STATUS_OK;
         index++) {
        int status = (int)entry.status;
        if (status == ANNUL_ENTRY_STATUS_RESOLVED_APPROVED)
            status = ANNUL_ENTRY_STATUS_APPROVED; /* the host knows of no word */
        printf("%06u %06u %s %llu %d\n", (unsigned)entry.batch, (unsigned)entry.trace,
               kinds[entry.kind], (unsigned long long)entry.amount, status);
    }
}

int main(int count, char **words)
{
    static struct till till;
    annul_now now;
    must(count == 3, "usage: kinds PORT JOURNAL");
    remove(words[2]);
    must(till_open(&till, words[2], words[1]) == ANNUL_STATUS_OK, "open");
    till.ports.tell = hear;
    till.ports.now(&till, &now);
    must(annul_terminal_sign_in(&till.terminal, &now) == ANNUL_STATUS_OK, "sign-in");
    must(annul_loop_run(&till.terminal, &till.ports) == ANNUL_STATUS_OK, "signed in");
    holds(&till);
    refunds(&till);
    ask_for_the_balance(&till);
    with_tracks_enciphered(&till);
    settle(&till);
    print_ledger(&till);
    till_close(&till);
    return 0;
}
