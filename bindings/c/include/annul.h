/*
 * annul for C. Made from the crate annul-c by `cargo xtask c`; not edited by hand.
 *
 * Nothing here allocates, blocks, reads a clock or keeps a global variable.
 * For every call: a null pointer is refused where it may not be null; a text
 * ends with a NUL; two calls with the same object do not run at the same time;
 * memory given to an object is left alone until it is wiped. Results are
 * written only on success.
 */

#ifndef ANNUL_H
#define ANNUL_H

#include <stddef.h>
#include <stdint.h>
#define ANNUL_VERSION_MAJOR 0
#define ANNUL_VERSION_MINOR 1
#define ANNUL_VERSION_PATCH 0

#if defined(__GNUC__)
#define ANNUL_MUST_USE __attribute__((warn_unused_result))
#else
#define ANNUL_MUST_USE
#endif

/**
 * Bytes that are erased together. A flash with smaller sectors erases several.
 */
#define ANNUL_FLASH_ERASE_SIZE 4096

/**
 * Bytes that are written together.
 */
#define ANNUL_FLASH_WRITE_SIZE 8

/**
 * How a call ended. 0 is success; every other number says who is to act.
 *
 * | range | who |
 * |---|---|
 * | 100 to 199 | the programmer: a call that cannot be right |
 * | 200 to 299 | whoever entered the value |
 * | 300 to 399 | the operator: the command was not begun, nothing was sent |
 * | 400 to 499 | the security module, or who loaded its keys |
 * | 500 to 599 | the journal's storage |
 * | 600 to 699 | the sender of a message that cannot be read |
 * | 700 to 799 | the flash |
 * | 900 to 999 | annul itself |
 */
enum annul_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Done.
     */
    ANNUL_STATUS_OK = 0,
    /**
     * A pointer is null that may not be.
     */
    ANNUL_STATUS_NULL = 100,
    /**
     * The object was not initialised, or its initialisation failed.
     */
    ANNUL_STATUS_NOT_INITIALISED = 101,
    /**
     * A pointer is not aligned as its type wants it.
     */
    ANNUL_STATUS_MISALIGNED = 102,
    /**
     * `struct_size` is not that of this version's structure: header and
     * library are of different versions.
     */
    ANNUL_STATUS_STRUCT_SIZE = 103,
    /**
     * A text is not UTF-8.
     */
    ANNUL_STATUS_NOT_UTF8 = 104,
    /**
     * The buffer is too small; the size needed was written to `length`.
     */
    ANNUL_STATUS_BUFFER_TOO_SMALL = 105,
    /**
     * Not now: replay before start, everything else after it.
     */
    ANNUL_STATUS_WRONG_PHASE = 106,
    /**
     * A number that names no variant, or a length that cannot be.
     */
    ANNUL_STATUS_RANGE = 107,
    /**
     * An answer to a question that is not open, or of another kind.
     */
    ANNUL_STATUS_UNASKED = 108,
    /**
     * There is no such entry, field or text.
     */
    ANNUL_STATUS_NOT_FOUND = 109,
    /**
     * The action is not one the software security module performs.
     */
    ANNUL_STATUS_NOT_FOR_SOFTPAD = 110,
    /**
     * Request id: 1 to 36 printable ASCII characters without spaces.
     */
    ANNUL_STATUS_REQUEST_ID = 200,
    /**
     * Reason: 1 to 24 characters of a-z, 0-9 and `-`.
     */
    ANNUL_STATUS_REASON = 201,
    /**
     * Note: at most 64 bytes without control characters.
     */
    ANNUL_STATUS_NOTE = 202,
    /**
     * A reason or note holds what looks like a card number.
     */
    ANNUL_STATUS_CARD_NUMBER_IN_TEXT = 203,
    /**
     * Card number: 13 to 19 digits.
     */
    ANNUL_STATUS_PAN = 204,
    /**
     * Expiry: four digits YYMM.
     */
    ANNUL_STATUS_EXPIRY = 205,
    /**
     * Track 2: card number, `=` or `D`, YYMM and digits, 37 at most.
     */
    ANNUL_STATUS_TRACK2 = 206,
    /**
     * PIN: 4 to 12 digits.
     */
    ANNUL_STATUS_PIN = 207,
    /**
     * Amount: at most 999999999999 minor units.
     */
    ANNUL_STATUS_AMOUNT = 208,
    /**
     * Trace: 1 to 999999.
     */
    ANNUL_STATUS_TRACE = 209,
    /**
     * Batch: 0 to 999999.
     */
    ANNUL_STATUS_BATCH = 210,
    /**
     * An identifier or code of another length, or not printable.
     */
    ANNUL_STATUS_CODE = 211,
    /**
     * A date or time that cannot be.
     */
    ANNUL_STATUS_CIVIL = 212,
    /**
     * A key of a length that its cipher does not have.
     */
    ANNUL_STATUS_KEY_LENGTH = 213,
    /**
     * Another exchange is under way; wait for it.
     */
    ANNUL_STATUS_BUSY = 300,
    /**
     * A reversal is being sent; try again after it.
     */
    ANNUL_STATUS_REVERSAL_PENDING = 301,
    /**
     * Too many reversals are parked; recover, or call the acquirer.
     */
    ANNUL_STATUS_TOO_MANY_PARKED = 302,
    /**
     * Sign in first.
     */
    ANNUL_STATUS_SIGN_IN_REQUIRED = 303,
    /**
     * The table of entries is full; settle first.
     */
    ANNUL_STATUS_BATCH_FULL = 304,
    /**
     * The journal may not have room for the outcome.
     */
    ANNUL_STATUS_JOURNAL_FULL = 305,
    /**
     * The journal failed; open it again.
     */
    ANNUL_STATUS_STORAGE_FAULT = 306,
    /**
     * The amount is zero or above the limit.
     */
    ANNUL_STATUS_AMOUNT_LIMIT = 307,
    /**
     * The request id was used for something else.
     */
    ANNUL_STATUS_REQUEST_ID_REUSED = 308,
    /**
     * No transaction has this trace.
     */
    ANNUL_STATUS_UNKNOWN_TRACE = 309,
    /**
     * No transaction has this request id.
     */
    ANNUL_STATUS_UNKNOWN_REQUEST = 310,
    /**
     * The transaction is no approved sale.
     */
    ANNUL_STATUS_NOT_VOIDABLE = 311,
    /**
     * A void cannot be voided.
     */
    ANNUL_STATUS_VOID_OF_VOID = 312,
    /**
     * The sale's batch is closed.
     */
    ANNUL_STATUS_BATCH_CLOSED = 313,
    /**
     * The sale has no reference that a void could quote.
     */
    ANNUL_STATUS_NO_REFERENCE = 314,
    /**
     * Another card than the sale's.
     */
    ANNUL_STATUS_OTHER_CARD = 315,
    /**
     * Only a parked transaction can be resolved by hand.
     */
    ANNUL_STATUS_NOT_PARKED = 316,
    /**
     * Cancelled before anything was sent.
     */
    ANNUL_STATUS_CANCELLED = 317,
    /**
     * The request does not fit a message.
     */
    ANNUL_STATUS_MESSAGE = 318,
    /**
     * A pre-authorization is voided by its authorization code.
     */
    ANNUL_STATUS_VOID_BY_CODE = 319,
    /**
     * The pre-authorization is not open.
     */
    ANNUL_STATUS_HOLD_NOT_OPEN = 320,
    /**
     * More than the pre-authorization lets a completion take.
     */
    ANNUL_STATUS_EXCEEDS_HOLD = 321,
    /**
     * A void is for the whole amount.
     */
    ANNUL_STATUS_OTHER_AMOUNT = 322,
    /**
     * A refund is not voided: make a new sale.
     */
    ANNUL_STATUS_VOID_OF_REFUND = 323,
    /**
     * A part of it was refunded: refund the rest.
     */
    ANNUL_STATUS_REFUNDED = 324,
    /**
     * It took no money, or does not stand.
     */
    ANNUL_STATUS_NOT_REFUNDABLE = 325,
    /**
     * More than is left of the original.
     */
    ANNUL_STATUS_EXCEEDS_ORIGINAL = 326,
    /**
     * A refund needs the card itself.
     */
    ANNUL_STATUS_KEYED_CARD = 327,
    /**
     * The batch is being settled: settle again, to finish that.
     */
    ANNUL_STATUS_SETTLING = 328,
    /**
     * No working keys.
     */
    ANNUL_STATUS_NO_KEYS = 400,
    /**
     * Wrong check value: terminal and host hold different master keys.
     */
    ANNUL_STATUS_WRONG_CHECK_VALUE = 401,
    /**
     * Keys of a kind the module or algorithm cannot use.
     */
    ANNUL_STATUS_UNSUPPORTED_KEYS = 402,
    /**
     * No PIN was entered.
     */
    ANNUL_STATUS_NO_PIN = 403,
    /**
     * The customer cancelled at the PIN pad.
     */
    ANNUL_STATUS_PIN_CANCELLED = 404,
    /**
     * The track is too short to encrypt.
     */
    ANNUL_STATUS_SHORT_TRACK = 405,
    /**
     * A sealed card does not open.
     */
    ANNUL_STATUS_SEAL_BROKEN = 406,
    /**
     * The module did not answer in time.
     */
    ANNUL_STATUS_SECURITY_TIMEOUT = 407,
    /**
     * The module failed in its own way.
     */
    ANNUL_STATUS_SECURITY_DEVICE = 408,
    /**
     * A record changed after it was written.
     */
    ANNUL_STATUS_ROT = 500,
    /**
     * A record belongs to another journal.
     */
    ANNUL_STATUS_FOREIGN = 501,
    /**
     * Records are missing.
     */
    ANNUL_STATUS_GAP = 502,
    /**
     * A record of a newer version.
     */
    ANNUL_STATUS_TOO_NEW = 503,
    /**
     * A record contradicts the ones before it.
     */
    ANNUL_STATUS_INCONSISTENT = 504,
    /**
     * The journal of another terminal, merchant or host.
     */
    ANNUL_STATUS_OTHER_TERMINAL = 505,
    /**
     * More transactions than rows in the table.
     */
    ANNUL_STATUS_LEDGER_FULL = 506,
    /**
     * A record of a version that is not read any more.
     */
    ANNUL_STATUS_TOO_OLD = 507,
    /**
     * The frame's length cannot be.
     */
    ANNUL_STATUS_FRAME_LENGTH = 600,
    /**
     * The message ends inside a field.
     */
    ANNUL_STATUS_TRUNCATED = 601,
    /**
     * A length prefix is not decimal, or says more than the field holds.
     */
    ANNUL_STATUS_PREFIX = 602,
    /**
     * A nibble that is no digit.
     */
    ANNUL_STATUS_NOT_DECIMAL = 603,
    /**
     * A field the dialect does not have.
     */
    ANNUL_STATUS_UNKNOWN_FIELD = 604,
    /**
     * Bytes behind the last field.
     */
    ANNUL_STATUS_TRAILING = 605,
    /**
     * Data that is no data object, in a way a newer core knows.
     */
    ANNUL_STATUS_TLV = 610,
    /**
     * The bytes end inside a tag.
     */
    ANNUL_STATUS_TLV_TRUNCATED_TAG = 611,
    /**
     * A tag longer than four bytes.
     */
    ANNUL_STATUS_TLV_TAG_TOO_LONG = 612,
    /**
     * A length is not there, or not whole.
     */
    ANNUL_STATUS_TLV_TRUNCATED_LENGTH = 613,
    /**
     * More than four octets of length.
     */
    ANNUL_STATUS_TLV_LENGTH_TOO_LONG = 614,
    /**
     * A value passes the end of its template or of the bytes.
     */
    ANNUL_STATUS_TLV_TRUNCATED_VALUE = 615,
    /**
     * Length 80, which EMV does not have.
     */
    ANNUL_STATUS_TLV_INDEFINITE_LENGTH = 616,
    /**
     * Length 80 of an object that is no template.
     */
    ANNUL_STATUS_TLV_INDEFINITE_PRIMITIVE = 617,
    /**
     * The bytes end inside a template of indefinite length.
     */
    ANNUL_STATUS_TLV_MISSING_EOC = 618,
    /**
     * 00 without another in a template of indefinite length.
     */
    ANNUL_STATUS_TLV_BAD_EOC = 619,
    /**
     * An object inside too many templates.
     */
    ANNUL_STATUS_TLV_MAX_DEPTH = 620,
    /**
     * Mode strict: the length could be written shorter.
     */
    ANNUL_STATUS_TLV_NON_MINIMAL_LENGTH = 621,
    /**
     * Mode strict: 00 where a tag should begin.
     */
    ANNUL_STATUS_TLV_PADDING = 622,
    /**
     * The flash did not read, write or erase.
     */
    ANNUL_STATUS_FLASH_FAILED = 700,
    /**
     * The flash holds no journal, or a damaged one.
     */
    ANNUL_STATUS_FLASH_CORRUPTED = 701,
    /**
     * The flash is full.
     */
    ANNUL_STATUS_FLASH_FULL = 702,
    /**
     * Size, position or erase size of the flash cannot be used.
     */
    ANNUL_STATUS_FLASH_GEOMETRY = 703,
    /**
     * annul made a mistake and stopped. Initialise the object anew and replay
     * the journal: nothing that was recorded is lost.
     */
    ANNUL_STATUS_PANIC = 900,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_status annul_status;
#else
typedef int32_t annul_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What kind of transaction it is.
 */
enum annul_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Sale 消费.
     */
    ANNUL_KIND_SALE = 0,
    /**
     * Sale void 消费撤销.
     */
    ANNUL_KIND_VOID = 1,
    /**
     * Pre-authorization 预授权.
     */
    ANNUL_KIND_PREAUTHORIZATION = 2,
    /**
     * Void of a pre-authorization 预授权撤销.
     */
    ANNUL_KIND_PREAUTHORIZATION_VOID = 3,
    /**
     * Completion 预授权完成.
     */
    ANNUL_KIND_COMPLETION = 4,
    /**
     * Void of a completion 预授权完成撤销.
     */
    ANNUL_KIND_COMPLETION_VOID = 5,
    /**
     * Refund 退货.
     */
    ANNUL_KIND_REFUND = 6,
    /**
     * Balance inquiry 余额查询: it leaves no record.
     */
    ANNUL_KIND_BALANCE_INQUIRY = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_kind annul_kind;
#else
typedef int32_t annul_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How a transaction stands.
 */
enum annul_entry_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Recorded, and its outcome is not.
     */
    ANNUL_ENTRY_STATUS_PENDING = 0,
    /**
     * The host approved.
     */
    ANNUL_ENTRY_STATUS_APPROVED = 1,
    /**
     * A sale whose void is under way.
     */
    ANNUL_ENTRY_STATUS_VOID_PENDING = 2,
    /**
     * A sale that was voided.
     */
    ANNUL_ENTRY_STATUS_VOIDED = 3,
    /**
     * The host declined.
     */
    ANNUL_ENTRY_STATUS_DECLINED = 4,
    /**
     * It never left the terminal.
     */
    ANNUL_ENTRY_STATUS_NOT_SENT = 5,
    /**
     * It is being reversed.
     */
    ANNUL_ENTRY_STATUS_REVERSING = 6,
    /**
     * The host knew nothing of it; to be asked once more.
     */
    ANNUL_ENTRY_STATUS_PROVISIONAL = 7,
    /**
     * It is being asked once more.
     */
    ANNUL_ENTRY_STATUS_CONFIRMING = 8,
    /**
     * The attempts are used up; kept and tried again later.
     */
    ANNUL_ENTRY_STATUS_PARKED = 9,
    /**
     * Undone.
     */
    ANNUL_ENTRY_STATUS_REVERSED = 10,
    /**
     * A supervisor found that it stands.
     */
    ANNUL_ENTRY_STATUS_RESOLVED_APPROVED = 11,
    /**
     * A supervisor found that it was undone.
     */
    ANNUL_ENTRY_STATUS_RESOLVED_REVERSED = 12,
    /**
     * A pre-authorization whose completion is under way.
     */
    ANNUL_ENTRY_STATUS_COMPLETION_PENDING = 13,
    /**
     * A pre-authorization that was completed.
     */
    ANNUL_ENTRY_STATUS_COMPLETED = 14,
    /**
     * A refund without an outcome: ask the acquirer, then resolve it.
     */
    ANNUL_ENTRY_STATUS_UNRESOLVED = 15,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_entry_status annul_entry_status;
#else
typedef int32_t annul_entry_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a transaction came to: what a cashier acts on.
 */
enum annul_outcome
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The host approved.
     */
    ANNUL_OUTCOME_APPROVED = 1,
    /**
     * The host declined; nothing happened.
     */
    ANNUL_OUTCOME_DECLINED = 2,
    /**
     * The request never left; nothing happened.
     */
    ANNUL_OUTCOME_NOT_SENT = 3,
    /**
     * It was not known, and the terminal is undoing it: no goods, no money.
     */
    ANNUL_OUTCOME_UNDOING = 4,
    /**
     * It was not known, and it is undone.
     */
    ANNUL_OUTCOME_UNDONE = 5,
    /**
     * It was not known and could not be undone yet: call the acquirer.
     */
    ANNUL_OUTCOME_PARKED = 6,
    /**
     * A refund whose outcome is not known: do not repeat it, call the acquirer.
     */
    ANNUL_OUTCOME_UNRESOLVED = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_outcome annul_outcome;
#else
typedef int32_t annul_outcome;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What is to be done.
 */
enum annul_action_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Nothing: wait for bytes or for the deadline.
     */
    ANNUL_ACTION_KIND_NONE = 0,
    /**
     * Append `data` to the journal as record `id`, durable before the answer
     * `annul_terminal_persisted` or `annul_terminal_persist_failed`.
     */
    ANNUL_ACTION_KIND_PERSIST = 1,
    /**
     * Read record `seq`; answer with `annul_terminal_recalled`.
     */
    ANNUL_ACTION_KIND_RECALL = 2,
    /**
     * Take a PIN and encrypt it with the card number in `data`; answer with
     * `annul_terminal_pin_block`.
     */
    ANNUL_ACTION_KIND_ENCRYPT_PIN = 3,
    /**
     * Seal the card number in `data` and `expiry` under `nonce`; answer with
     * `annul_terminal_sealed`.
     */
    ANNUL_ACTION_KIND_SEAL_CARD = 4,
    /**
     * Open the sealed card in `data`; answer with `annul_terminal_opened`.
     */
    ANNUL_ACTION_KIND_OPEN_CARD = 5,
    /**
     * Compute the MAC over `data`; answer with `annul_terminal_mac`.
     */
    ANNUL_ACTION_KIND_MAC = 6,
    /**
     * Load the working keys in `data`, field 62 as the host sent it; answer
     * with `annul_terminal_keys_loaded`.
     */
    ANNUL_ACTION_KIND_LOAD_KEYS = 7,
    /**
     * Connect to the host as link `id`; answer with
     * `annul_terminal_connected` or `annul_terminal_down`.
     */
    ANNUL_ACTION_KIND_CONNECT = 8,
    /**
     * Send `data` on link `id`; answer with `annul_terminal_sent` or
     * `annul_terminal_down`.
     */
    ANNUL_ACTION_KIND_SEND = 9,
    /**
     * End link `id`. Not answered.
     */
    ANNUL_ACTION_KIND_CLOSE = 10,
    /**
     * Tell the operator what `notice` says. Not answered.
     */
    ANNUL_ACTION_KIND_NOTIFY = 11,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_action_kind annul_action_kind;
#else
typedef int32_t annul_action_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What the operator is told.
 */
enum annul_notice_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Nothing.
     */
    ANNUL_NOTICE_KIND_NONE = 0,
    /**
     * `entry` has its outcome, or is being reversed: ask for the entry.
     */
    ANNUL_NOTICE_KIND_OUTCOME = 1,
    /**
     * The reversal of `entry` is being sent, for the `attempt`th time.
     */
    ANNUL_NOTICE_KIND_REVERSING = 2,
    /**
     * The next attempt for `entry` waits until `until`.
     */
    ANNUL_NOTICE_KIND_WAITING = 3,
    /**
     * Signing in again, because the host asks for it.
     */
    ANNUL_NOTICE_KIND_SIGNING_IN = 4,
    /**
     * Signed in, to `batch`.
     */
    ANNUL_NOTICE_KIND_SIGNED_IN = 5,
    /**
     * Not signed in; `code` where the host gave one.
     */
    ANNUL_NOTICE_KIND_SIGN_IN_FAILED = 6,
    /**
     * The host answered the echo test.
     */
    ANNUL_NOTICE_KIND_ECHO_ANSWERED = 7,
    /**
     * It did not.
     */
    ANNUL_NOTICE_KIND_ECHO_FAILED = 8,
    /**
     * The reversal of `entry` is parked: call the acquirer.
     */
    ANNUL_NOTICE_KIND_ATTENTION = 9,
    /**
     * The journal did not take a record; initialise anew and replay.
     */
    ANNUL_NOTICE_KIND_STORAGE_FAULT = 10,
    /**
     * A command that had begun was given up because of `status`; nothing was
     * sent.
     */
    ANNUL_NOTICE_KIND_REFUSED = 11,
    /**
     * The security module does not take the keys, because of `status`.
     */
    ANNUL_NOTICE_KIND_KEYS_REFUSED = 12,
    /**
     * A balance inquiry was answered: `code` where the host gave one that can be
     * believed, `balance` where `balance_known`.
     */
    ANNUL_NOTICE_KIND_BALANCE = 13,
    /**
     * The totals of the batch are being compared.
     */
    ANNUL_NOTICE_KIND_COMPARING = 14,
    /**
     * They are equal.
     */
    ANNUL_NOTICE_KIND_BALANCED = 15,
    /**
     * They are not: the details are being sent.
     */
    ANNUL_NOTICE_KIND_UPLOADING = 16,
    /**
     * The batch is settled; `batch` is open now.
     */
    ANNUL_NOTICE_KIND_BATCH_CLOSED = 17,
    /**
     * The settlement did not come to its end, `code` where the host refused:
     * settle again, later.
     */
    ANNUL_NOTICE_KIND_NOT_SETTLED = 18,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_notice_kind annul_notice_kind;
#else
typedef int32_t annul_notice_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How a parked transaction stands at the host.
 */
enum annul_verdict
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It stands.
     */
    ANNUL_VERDICT_APPROVED = 1,
    /**
     * It was undone, or never was.
     */
    ANNUL_VERDICT_REVERSED = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_verdict annul_verdict;
#else
typedef int32_t annul_verdict;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Whether the customer enters a PIN.
 */
enum annul_pin
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is none.
     */
    ANNUL_PIN_NONE = 0,
    /**
     * The security module asks for it.
     */
    ANNUL_PIN_ASK = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_pin annul_pin;
#else
typedef int32_t annul_pin;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What is done about a pre-authorization.
 */
enum annul_hold_claim
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The held money is let go 预授权撤销, whole.
     */
    ANNUL_HOLD_CLAIM_VOID = 1,
    /**
     * It is taken 预授权完成, or a part of it.
     */
    ANNUL_HOLD_CLAIM_COMPLETE = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_hold_claim annul_hold_claim;
#else
typedef int32_t annul_hold_claim;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Which working keys a sign-in asks for (field 60.3).
 */
enum annul_key_request
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * 001: PIN and MAC keys of single length.
     */
    ANNUL_KEY_REQUEST_SINGLE = 1,
    /**
     * 003: a PIN key of double length and a MAC key.
     */
    ANNUL_KEY_REQUEST_DOUBLE = 3,
    /**
     * 004: the same and a track key.
     */
    ANNUL_KEY_REQUEST_DOUBLE_WITH_TRACK = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_key_request annul_key_request;
#else
typedef int32_t annul_key_request;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How a host computes the MAC; a parameter of the acquirer.
 */
enum annul_mac_algorithm
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * UnionPay's default, POS ECB.
     */
    ANNUL_MAC_ALGORITHM_UNIONPAY_ECB = 0,
    /**
     * The same with SM4.
     */
    ANNUL_MAC_ALGORITHM_SM4_ECB = 1,
    /**
     * ANSI X9.9, the block itself.
     */
    ANNUL_MAC_ALGORITHM_X99 = 2,
    /**
     * ANSI X9.9, in hexadecimal.
     */
    ANNUL_MAC_ALGORITHM_X99_HEX = 3,
    /**
     * ANSI X9.19.
     */
    ANNUL_MAC_ALGORITHM_X919 = 4,
    /**
     * As the manual of Chanjet reads.
     */
    ANNUL_MAC_ALGORITHM_CHANJET = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_mac_algorithm annul_mac_algorithm;
#else
typedef int32_t annul_mac_algorithm;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The language of a text.
 */
enum annul_language
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * 中文.
     */
    ANNUL_LANGUAGE_CHINESE = 0,
    /**
     * English.
     */
    ANNUL_LANGUAGE_ENGLISH = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_language annul_language;
#else
typedef int32_t annul_language;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What is taken beside well-formed objects.
 */
enum annul_tlv_mode
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Shortest lengths, no padding.
     */
    ANNUL_TLV_MODE_STRICT = 0,
    /**
     * What EMV allows: 00 between objects, lengths longer than needed.
     */
    ANNUL_TLV_MODE_EMV = 1,
    /**
     * What real cards hold besides: runs of FF, which is erased memory.
     */
    ANNUL_TLV_MODE_FF = 2,
    /**
     * ISO/IEC 8825-1, with indefinite lengths.
     */
    ANNUL_TLV_MODE_BER = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum annul_tlv_mode annul_tlv_mode;
#else
typedef int32_t annul_tlv_mode;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A frame, taken apart. `message` points into the frame.
 */
typedef struct annul_frame {
    /**
     * Where it goes and where it came from.
     */
    uint8_t tpdu[5];
    /**
     * The six bytes before the message.
     */
    uint8_t header[6];
    /**
     * From the message type on.
     */
    const uint8_t *message;
    /**
     * Its bytes.
     */
    size_t length;
} annul_frame;

/**
 * A received message, taken apart. It points into the bytes it was decoded
 * from, which stay where they are as long as it is used.
 */
typedef struct annul_message {
    uint64_t opaque[28];
} annul_message;

/**
 * The last error of an object, in more words than its number.
 */
typedef struct annul_fault {
    /**
     * What went wrong.
     */
    annul_status status;
    /**
     * The ISO 8583 field: 0 is the message type, 1 the bitmap; -1 where no
     * field is concerned.
     */
    int32_t field;
    /**
     * The byte of the message, or the number of the journal's record.
     */
    uint32_t offset;
} annul_fault;

/**
 * A field. Pointers point into the message.
 */
typedef struct annul_field {
    /**
     * 2 to 64.
     */
    uint32_t number;
    /**
     * The byte of the message it begins at, with its length prefix.
     */
    uint32_t offset;
    /**
     * Digits or bytes of the value.
     */
    uint32_t count;
    /**
     * 1 where the value is digits, two a byte.
     */
    int32_t packed;
    /**
     * Length prefix and value, as received.
     */
    const uint8_t *raw;
    /**
     * How many bytes.
     */
    size_t raw_length;
    /**
     * The value as received.
     */
    const uint8_t *value;
    /**
     * How many bytes.
     */
    size_t value_length;
} annul_field;

/**
 * A reader of data objects. It points into the bytes it was opened with, which
 * stay where they are as long as it is used.
 */
typedef struct annul_tlv {
    uint64_t opaque[68];
} annul_tlv;

/**
 * A data object. The value points into the bytes that were opened; it may be
 * a card number or a track, so it is not written to a log.
 */
typedef struct annul_tlv_object {
    /**
     * The tag, its bytes as one number: 0x9F26.
     */
    uint32_t tag;
    /**
     * Templates around it: 0 for the outermost.
     */
    uint32_t depth;
    /**
     * The byte the tag begins at.
     */
    uint32_t offset;
    /**
     * Bytes of tag and length: the value begins behind them.
     */
    uint32_t header_length;
    /**
     * 1 for a template: its value is made of the objects that follow.
     */
    int32_t constructed;
    /**
     * The value.
     */
    const uint8_t *value;
    /**
     * Its bytes.
     */
    size_t length;
} annul_tlv_object;

/**
 * A row of the ledger's table: one transaction. How many there are is the
 * caller's choice; what is in them is not.
 */
typedef struct annul_row {
    uint64_t opaque[8];
} annul_row;

/**
 * What a terminal is made of. `annul_config_init` fills in the usual values;
 * those that are marked required are left to the caller.
 */
typedef struct annul_config {
    /**
     * `sizeof(annul_config)`, filled in by `annul_config_init`.
     */
    uint32_t struct_size;
    /**
     * An `annul_key_request`.
     */
    int32_t key_request;
    /**
     * Required: field 41, 8 characters.
     */
    const char *terminal;
    /**
     * Required: field 42, 15 characters.
     */
    const char *merchant;
    /**
     * Required: who is signed in, 2 characters.
     */
    const char *operator_id;
    /**
     * Required: the ledger's table. It holds as many transactions as it has
     * rows.
     */
    struct annul_row *rows;
    /**
     * Required: how many rows.
     */
    size_t row_count;
    /**
     * Required: a buffer for messages that go out; 1024 bytes are enough.
     */
    uint8_t *outgoing;
    /**
     * Required: a buffer for messages that come in.
     */
    uint8_t *incoming;
    /**
     * Required: bytes of each of the two buffers.
     */
    size_t buffer_size;
    /**
     * The addresses of the line.
     */
    uint8_t tpdu[5];
    /**
     * The six bytes before each message.
     */
    uint8_t header[6];
    /**
     * 1 where a power loss may leave a part of a record in the journal, which
     * is then cut off; 0 where the store keeps a record whole or not at all,
     * so that a damaged last record is an error.
     */
    int32_t journal_tears;
    /**
     * Milliseconds that an answer may take, connecting included.
     */
    uint32_t response_timeout;
    /**
     * Milliseconds before the second attempt of a reversal.
     */
    uint32_t reversal_backoff;
    /**
     * Milliseconds before "not found" is confirmed.
     */
    uint32_t guard;
    /**
     * Milliseconds between attempts at parked reversals.
     */
    uint32_t park_interval;
    /**
     * How often a reversal is sent before it is parked.
     */
    uint32_t reversal_attempts;
    /**
     * With so many parked, new transactions are refused.
     */
    uint32_t parked_limit;
    /**
     * The largest amount, in minor units.
     */
    uint64_t amount_limit;
    /**
     * The largest refund, in minor units.
     */
    uint64_t refund_limit;
} annul_config;

/**
 * A terminal. Zeroed memory is none; `annul_terminal_init` makes one.
 * It is not moved while it is in use.
 */
typedef struct annul_terminal {
    uint64_t opaque[224];
} annul_terminal;

/**
 * The time: one clock decides, the other stamps.
 */
typedef struct annul_now {
    /**
     * Milliseconds of a clock that only goes forward.
     */
    uint64_t millis;
    /**
     * The year on the wall; all seven zero where there is no such clock.
     */
    uint16_t year;
    /**
     * 1 to 12.
     */
    uint8_t month;
    /**
     * 1 to 31.
     */
    uint8_t day;
    /**
     * 0 to 23.
     */
    uint8_t hour;
    /**
     * 0 to 59.
     */
    uint8_t minute;
    /**
     * 0 to 60.
     */
    uint8_t second;
} annul_now;

/**
 * A sale 消费, or a pre-authorization 预授权. The card is given by its track 2, or by number and expiry.
 */
typedef struct annul_sale {
    /**
     * `sizeof(annul_sale)`.
     */
    uint32_t struct_size;
    /**
     * An `annul_pin`.
     */
    int32_t pin;
    /**
     * The caller's id, made before and used once: 1 to 36 characters.
     */
    const char *request;
    /**
     * Minor units.
     */
    uint64_t amount;
    /**
     * Track 2 without sentinels; null where the number was keyed.
     */
    const char *track2;
    /**
     * The card number; null where there is a track.
     */
    const char *pan;
    /**
     * YYMM beside the number; null where it is not known.
     */
    const char *expiry;
} annul_sale;

/**
 * What became of a command.
 */
typedef struct annul_begun {
    /**
     * 1 where the request id was known: nothing new was begun.
     */
    int32_t known;
    /**
     * Then the transaction's number, else 0.
     */
    uint32_t entry;
} annul_begun;

/**
 * The void of a sale 消费撤销 or of a completion 预授权完成撤销, whole. Without a
 * card, that of what is voided is taken from the journal.
 */
typedef struct annul_void {
    /**
     * `sizeof(annul_void)`.
     */
    uint32_t struct_size;
    /**
     * An `annul_pin`.
     */
    int32_t pin;
    /**
     * The caller's id, made before and used once.
     */
    const char *request;
    /**
     * The trace of what is voided: the voucher number on its slip.
     */
    uint32_t original;
    /**
     * Track 2 without sentinels, or null.
     */
    const char *track2;
    /**
     * The card number, or null.
     */
    const char *pan;
    /**
     * YYMM beside the number, or null.
     */
    const char *expiry;
    /**
     * The supervisor who allowed it, 2 characters.
     */
    const char *supervisor;
    /**
     * Why: 1 to 24 characters of a-z, 0-9 and `-`.
     */
    const char *reason;
    /**
     * What the operator adds, or null.
     */
    const char *note;
} annul_void;

/**
 * News for the operator.
 */
typedef struct annul_notice {
    /**
     * An `annul_notice_kind`.
     */
    int32_t kind;
    /**
     * Why, where something was refused: an `annul_status`.
     */
    int32_t status;
    /**
     * The transaction, by the number of its intent.
     */
    uint32_t entry;
    /**
     * 1 for the first.
     */
    uint32_t attempt;
    /**
     * The batch.
     */
    uint32_t batch;
    /**
     * Field 39 of the host with a NUL, or empty.
     */
    char code[3];
    /**
     * On the clock of `annul_now.millis`.
     */
    uint64_t until;
    /**
     * 1 where the host told a balance.
     */
    int32_t balance_known;
    /**
     * Minor units, below zero where the holder owes them.
     */
    int64_t balance;
} annul_notice;

/**
 * Something to be done. `data` points into the terminal and holds until the
 * next call with it.
 */
typedef struct annul_action {
    /**
     * What: an `annul_action_kind`.
     */
    int32_t kind;
    /**
     * The number of the record, question or link, to be quoted in the answer.
     */
    uint32_t id;
    /**
     * The record to be read.
     */
    uint32_t seq;
    /**
     * Bytes; what they are stands with the kind.
     */
    const uint8_t *data;
    /**
     * How many.
     */
    size_t length;
    /**
     * YYMM with a NUL, or empty.
     */
    char expiry[5];
    /**
     * Batch and trace.
     */
    uint8_t nonce[6];
    /**
     * What to tell.
     */
    struct annul_notice notice;
} annul_action;

/**
 * How the terminal stands.
 */
typedef struct annul_standing {
    /**
     * 1 where nothing is under way.
     */
    int32_t idle;
    /**
     * 1 where, beside, nothing is left to be reversed or confirmed.
     */
    int32_t recovered;
    /**
     * 1 once signed in, until the host wants it done again.
     */
    int32_t signed_in;
    /**
     * 1 where the journal failed: initialise anew and replay.
     */
    int32_t faulted;
    /**
     * 1 where `deadline` says something.
     */
    int32_t waits;
    /**
     * The open batch.
     */
    uint32_t batch;
    /**
     * How many transactions the ledger holds.
     */
    uint32_t entries;
    /**
     * Frames that came and were not for what was awaited.
     */
    uint32_t late;
    /**
     * When `annul_terminal_tick` is due, on the clock of `annul_now.millis`.
     */
    uint64_t deadline;
} annul_standing;

/**
 * One transaction.
 */
typedef struct annul_entry {
    /**
     * Its number: that of its intent in the journal.
     */
    uint32_t entry;
    /**
     * The number of the transaction it undoes or claims; else 0.
     */
    uint32_t original;
    /**
     * Field 11.
     */
    uint32_t trace;
    /**
     * Field 60.2.
     */
    uint32_t batch;
    /**
     * Minor units.
     */
    uint64_t amount;
    /**
     * Its kind.
     */
    annul_kind kind;
    /**
     * How it stands.
     */
    annul_entry_status status;
    /**
     * What it came to.
     */
    annul_outcome outcome;
    /**
     * 1 where the host did not find this sale when it was to be voided.
     */
    int32_t discrepancy;
    /**
     * First six and last four digits.
     */
    char card[20];
    /**
     * Field 37, or empty.
     */
    char reference[13];
    /**
     * Field 38, or empty.
     */
    char authorization[7];
    /**
     * Field 39, or empty.
     */
    char code[3];
    /**
     * The date on its slip, MMDD, or empty: a completion or a refund may have to
     * quote it.
     */
    char date[5];
} annul_entry;

/**
 * One thing that might be done about a transaction.
 */
typedef struct annul_option {
    /**
     * What would be done.
     */
    annul_kind kind;
    /**
     * `ANNUL_STATUS_OK` where it can be, else why the command would be refused: an
     * `annul_status`.
     */
    int32_t status;
} annul_option;

/**
 * What the batch adds up to.
 */
typedef struct annul_totals {
    /**
     * Sales and completions that took place, voided later or not.
     */
    uint32_t debit_count;
    /**
     * Voids and refunds that took place.
     */
    uint32_t credit_count;
    /**
     * The sum of the debits, in minor units.
     */
    uint64_t debit;
    /**
     * The sum of the credits, in minor units.
     */
    uint64_t credit;
} annul_totals;

/**
 * A software security module.
 */
typedef struct annul_softpad {
    uint64_t opaque[30];
} annul_softpad;

/**
 * The void or the completion of a pre-authorization, by what stands on its
 * slip: it may be that of another terminal of the merchant.
 */
typedef struct annul_hold {
    /**
     * `sizeof(annul_hold)`.
     */
    uint32_t struct_size;
    /**
     * An `annul_pin`.
     */
    int32_t pin;
    /**
     * The caller's id, made before and used once.
     */
    const char *request;
    /**
     * An `annul_hold_claim`.
     */
    int32_t claim;
    /**
     * The pre-authorization's authorization code, 6 characters.
     */
    const char *authorization;
    /**
     * Its date, MMDD.
     */
    const char *date;
    /**
     * Minor units: the whole of a void, or what a completion takes.
     */
    uint64_t amount;
    /**
     * Track 2 without sentinels; null where the number was keyed.
     */
    const char *track2;
    /**
     * The card number; null where there is a track.
     */
    const char *pan;
    /**
     * YYMM beside the number; null where it is not known.
     */
    const char *expiry;
    /**
     * The supervisor who allowed a void, 2 characters; null for a completion.
     */
    const char *supervisor;
    /**
     * Why: 1 to 24 characters of a-z, 0-9 and `-`; null for a completion.
     */
    const char *reason;
    /**
     * What the operator adds, or null.
     */
    const char *note;
} annul_hold;

/**
 * A refund 退货 of a sale or a completion, whole or in part, on any day. No message
 * undoes it: where its outcome stays unknown, a person asks the acquirer.
 */
typedef struct annul_refund {
    /**
     * `sizeof(annul_refund)`.
     */
    uint32_t struct_size;
    /**
     * An `annul_pin`.
     */
    int32_t pin;
    /**
     * The caller's id, made before and used once.
     */
    const char *request;
    /**
     * The trace of what is refunded; 0 where it is given by reference and date.
     */
    uint32_t original;
    /**
     * The reference number on its slip, 12 characters; null beside a trace.
     */
    const char *reference;
    /**
     * The date on its slip, MMDD; null beside a trace.
     */
    const char *date;
    /**
     * Minor units.
     */
    uint64_t amount;
    /**
     * Track 2 without sentinels; null where the number was keyed.
     */
    const char *track2;
    /**
     * The card number; null where there is a track.
     */
    const char *pan;
    /**
     * YYMM beside the number; null where it is not known.
     */
    const char *expiry;
    /**
     * The supervisor who allowed it, 2 characters.
     */
    const char *supervisor;
    /**
     * Why: 1 to 24 characters of a-z, 0-9 and `-`.
     */
    const char *reason;
    /**
     * What the operator adds, or null.
     */
    const char *note;
} annul_refund;

/**
 * A balance inquiry 余额查询.
 */
typedef struct annul_inquiry {
    /**
     * `sizeof(annul_inquiry)`.
     */
    uint32_t struct_size;
    /**
     * An `annul_pin`.
     */
    int32_t pin;
    /**
     * Track 2 without sentinels; null where the number was keyed.
     */
    const char *track2;
    /**
     * The card number; null where there is a track.
     */
    const char *pan;
    /**
     * YYMM beside the number; null where it is not known.
     */
    const char *expiry;
} annul_inquiry;

/**
 * A journal on flash.
 */
typedef struct annul_flash {
    uint64_t opaque[51];
} annul_flash;

/**
 * A part of a NOR flash that belongs to the journal. Offsets count from its
 * beginning. Each function returns when the work is done, 0 on success; once
 * one has failed, the journal is opened again.
 */
typedef struct annul_flash_driver {
    /**
     * Handed to each function.
     */
    void *user;
    /**
     * Bytes of the part, whole pages of `ANNUL_FLASH_ERASE_SIZE`.
     */
    uint32_t size;
    /**
     * Reads bytes at any offset.
     */
    int32_t (*read)(void *user, uint32_t offset, uint8_t *buffer, size_t length);
    /**
     * Writes whole words of `ANNUL_FLASH_WRITE_SIZE`. A word is written once.
     */
    int32_t (*write)(void *user, uint32_t offset, const uint8_t *data, size_t length);
    /**
     * Erases a page. Called by `annul_flash_format` only.
     */
    int32_t (*erase)(void *user, uint32_t offset, size_t length);
} annul_flash_driver;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Takes exactly one frame with its two-byte length prefix apart.
 */
ANNUL_MUST_USE
annul_status annul_frame_decode(const uint8_t *data,
                                size_t length,
                                struct annul_frame *frame);

/**
 * Takes a message apart, which fills `data` exactly. On failure `fault`, where
 * it is not null, says which field and byte.
 */
ANNUL_MUST_USE
annul_status annul_message_decode(struct annul_message *message,
                                  const uint8_t *data,
                                  size_t length,
                                  struct annul_fault *fault);

/**
 * The message type, four digits as a number in hexadecimal: 0x0200.
 */
ANNUL_MUST_USE annul_status annul_message_type(const struct annul_message *message, uint32_t *mti);

/**
 * Field `number`; `ANNUL_STATUS_NOT_FOUND` where the message does not have it.
 */
ANNUL_MUST_USE
annul_status annul_message_field(const struct annul_message *message,
                                 uint32_t number,
                                 struct annul_field *field);

/**
 * The first field after `after`; begin with 0. `ANNUL_STATUS_NOT_FOUND` after
 * the last.
 */
ANNUL_MUST_USE
annul_status annul_message_next(const struct annul_message *message,
                                uint32_t after,
                                struct annul_field *field);

/**
 * Writes the value of field `number`: digits as ASCII, anything else as it is.
 * `length` gets the bytes needed; a null buffer of size 0 asks for them.
 */
ANNUL_MUST_USE
annul_status annul_message_value(const struct annul_message *message,
                                 uint32_t number,
                                 uint8_t *buffer,
                                 size_t capacity,
                                 size_t *length);

/**
 * Begins to read data objects; `mode` is an `annul_tlv_mode`. The bytes stay
 * where they are as long as the reader or a value is used. 32 templates may
 * stand around an object.
 */
ANNUL_MUST_USE
annul_status annul_tlv_open(struct annul_tlv *reader,
                            int32_t mode,
                            const uint8_t *data,
                            size_t length);

/**
 * The next object, a template before what is in it. `ANNUL_STATUS_NOT_FOUND`
 * after the last; a number from 610 on where the bytes are none: the objects
 * before are good, and `annul_tlv_last_error` says at which byte.
 */
ANNUL_MUST_USE
annul_status annul_tlv_next(struct annul_tlv *reader,
                            struct annul_tlv_object *object);

/**
 * The last error of a reader, in more words than its number.
 */
ANNUL_MUST_USE
annul_status annul_tlv_last_error(const struct annul_tlv *reader,
                                  struct annul_fault *fault);

/**
 * The MAC of a message, from its type to the byte before field 64: the 8
 * bytes that go into that field. `mac_algorithm` is an `annul_mac_algorithm`.
 */
ANNUL_MUST_USE
annul_status annul_mac(int32_t mac_algorithm,
                       const uint8_t *key_bytes,
                       size_t key_length,
                       const uint8_t *message,
                       size_t length,
                       uint8_t *value);

/**
 * The check value of a key, 8 bytes in `value` of which most hosts compare 4. The cipher
 * is that of `mac_algorithm`.
 */
ANNUL_MUST_USE
annul_status annul_check_value(int32_t mac_algorithm,
                               const uint8_t *key_bytes,
                               size_t key_length,
                               uint8_t *value);

/**
 * The encrypted PIN block of format 0 under a DES key: the 8 bytes of field 52.
 */
ANNUL_MUST_USE
annul_status annul_pin_block(const uint8_t *key_bytes,
                             size_t key_length,
                             const char *pin,
                             const char *pan,
                             uint8_t *block);

/**
 * Fills in the usual values. `size` is `sizeof(annul_config)`.
 */
ANNUL_MUST_USE annul_status annul_config_init(struct annul_config *config, size_t size);

/**
 * Makes a terminal in the caller's memory. Then its journal is replayed, from
 * the first record to the last, and `annul_terminal_start` called.
 */
ANNUL_MUST_USE
annul_status annul_terminal_init(struct annul_terminal *terminal,
                                 const struct annul_config *config);

/**
 * Takes the next record of the journal, oldest first.
 */
ANNUL_MUST_USE
annul_status annul_terminal_replay(struct annul_terminal *terminal,
                                   const uint8_t *record,
                                   size_t length);

/**
 * Ends the replay and begins: what the last run left unfinished is finished
 * first. Actions wait for `annul_terminal_poll`. Called again where the keys
 * of the journal were refused.
 */
ANNUL_MUST_USE annul_status annul_terminal_start(struct annul_terminal *terminal);

/**
 * Ends a terminal: its memory, with all it may hold of a card, is wiped. The
 * journal is not touched.
 */
ANNUL_MUST_USE annul_status annul_terminal_wipe(struct annul_terminal *terminal);

/**
 * The last call that failed, in more words than its number.
 */
ANNUL_MUST_USE
annul_status annul_terminal_last_error(const struct annul_terminal *terminal,
                                       struct annul_fault *fault);

/**
 * Begins a sale. `room` is how many more records are sure to fit the journal;
 * six are needed. Where `begun->known` is 0, poll for what is to be done; the
 * outcome is in the entry.
 */
ANNUL_MUST_USE
annul_status annul_terminal_begin_sale(struct annul_terminal *terminal,
                                       const struct annul_now *now,
                                       const struct annul_sale *sale,
                                       size_t room,
                                       struct annul_begun *begun);

/**
 * Begins the void of a sale or of a completion; see `annul_terminal_begin_sale`.
 */
ANNUL_MUST_USE
annul_status annul_terminal_begin_void(struct annul_terminal *terminal,
                                       const struct annul_now *now,
                                       const struct annul_void *what,
                                       size_t room,
                                       struct annul_begun *begun);

/**
 * Begins a sign-in: working keys and the batch number.
 */
ANNUL_MUST_USE
annul_status annul_terminal_sign_in(struct annul_terminal *terminal,
                                    const struct annul_now *now);

/**
 * Begins an echo test: is the host there?
 */
ANNUL_MUST_USE
annul_status annul_terminal_echo(struct annul_terminal *terminal,
                                 const struct annul_now *now);

/**
 * Begins to work through everything that is left, parked reversals too.
 */
ANNUL_MUST_USE
annul_status annul_terminal_recover(struct annul_terminal *terminal,
                                    const struct annul_now *now);

/**
 * Begins to settle the batch 批结算, or goes on with a settlement that was begun.
 * `room` is how many more records are sure to fit the journal. The notice is
 * `ANNUL_NOTICE_KIND_BATCH_CLOSED`, or `_NOT_SETTLED`: then no transaction is taken
 * until it is settled again. With `ANNUL_STATUS_REVERSAL_PENDING` recover first.
 */
ANNUL_MUST_USE
annul_status annul_terminal_settle(struct annul_terminal *terminal,
                                   const struct annul_now *now,
                                   size_t room);

/**
 * Takes a supervisor's word on a parked transaction, or on a refund without an
 * outcome, by its request. `verdict`
 * is an `annul_verdict`; `note` may be null.
 */
ANNUL_MUST_USE
annul_status annul_terminal_resolve(struct annul_terminal *terminal,
                                    const struct annul_now *now,
                                    const char *request,
                                    const char *supervisor,
                                    int32_t verdict,
                                    const char *note);

/**
 * The operator wants the exchange undone, if it still can be.
 */
ANNUL_MUST_USE
annul_status annul_terminal_cancel(struct annul_terminal *terminal,
                                   const struct annul_now *now);

/**
 * Time went by; due at `annul_standing.deadline` at the latest.
 */
ANNUL_MUST_USE
annul_status annul_terminal_tick(struct annul_terminal *terminal,
                                 const struct annul_now *now);

/**
 * Gives the next thing to do; `ANNUL_ACTION_KIND_NONE` where the terminal
 * waits. Each is done before the next poll, in order.
 */
ANNUL_MUST_USE
annul_status annul_terminal_poll(struct annul_terminal *terminal,
                                 struct annul_action *action);

/**
 * The record is in the journal and survives any power loss.
 */
ANNUL_MUST_USE
annul_status annul_terminal_persisted(struct annul_terminal *terminal,
                                      const struct annul_now *now,
                                      uint32_t record);

/**
 * It is not known to be: the terminal stops, is initialised anew and replays.
 */
ANNUL_MUST_USE
annul_status annul_terminal_persist_failed(struct annul_terminal *terminal,
                                           const struct annul_now *now,
                                           uint32_t record);

/**
 * The record that was asked for; null where the journal has none or fails.
 */
ANNUL_MUST_USE
annul_status annul_terminal_recalled(struct annul_terminal *terminal,
                                     const struct annul_now *now,
                                     uint32_t question,
                                     const uint8_t *record,
                                     size_t length);

/**
 * The encrypted PIN block, 8 bytes.
 */
ANNUL_MUST_USE
annul_status annul_terminal_pin_block(struct annul_terminal *terminal,
                                      const struct annul_now *now,
                                      uint32_t question,
                                      const uint8_t *block);

/**
 * The sealed card, 34 bytes.
 */
ANNUL_MUST_USE
annul_status annul_terminal_sealed(struct annul_terminal *terminal,
                                   const struct annul_now *now,
                                   uint32_t question,
                                   const uint8_t *sealed);

/**
 * The opened card; `expiry` may be null.
 */
ANNUL_MUST_USE
annul_status annul_terminal_opened(struct annul_terminal *terminal,
                                   const struct annul_now *now,
                                   uint32_t question,
                                   const char *pan,
                                   const char *expiry);

/**
 * The MAC, the 8 bytes that go into field 64.
 */
ANNUL_MUST_USE
annul_status annul_terminal_mac(struct annul_terminal *terminal,
                                const struct annul_now *now,
                                uint32_t question,
                                const uint8_t *mac);

/**
 * The working keys are in use.
 */
ANNUL_MUST_USE
annul_status annul_terminal_keys_loaded(struct annul_terminal *terminal,
                                        const struct annul_now *now,
                                        uint32_t question);

/**
 * The security module did not do what was asked. `fault` is one of the
 * numbers from 400 on, or the device's own.
 */
ANNUL_MUST_USE
annul_status annul_terminal_security_failed(struct annul_terminal *terminal,
                                            const struct annul_now *now,
                                            uint32_t question,
                                            int32_t fault);

/**
 * Link `link` is made.
 */
ANNUL_MUST_USE
annul_status annul_terminal_connected(struct annul_terminal *terminal,
                                      const struct annul_now *now,
                                      uint32_t link);

/**
 * The whole frame was handed to the transport.
 */
ANNUL_MUST_USE
annul_status annul_terminal_sent(struct annul_terminal *terminal,
                                 const struct annul_now *now,
                                 uint32_t link);

/**
 * Bytes came, split anywhere.
 */
ANNUL_MUST_USE
annul_status annul_terminal_received(struct annul_terminal *terminal,
                                     const struct annul_now *now,
                                     uint32_t link,
                                     const uint8_t *data,
                                     size_t length);

/**
 * The link ended, or could not be made. `nothing_sent` is 1 only where the
 * transport proves that no byte of the frame left; else 0.
 */
ANNUL_MUST_USE
annul_status annul_terminal_down(struct annul_terminal *terminal,
                                 const struct annul_now *now,
                                 uint32_t link,
                                 int32_t nothing_sent);

/**
 * How the terminal stands.
 */
ANNUL_MUST_USE
annul_status annul_terminal_standing(const struct annul_terminal *terminal,
                                     struct annul_standing *standing);

/**
 * The transaction at a place of the ledger, 0 for the oldest.
 */
ANNUL_MUST_USE
annul_status annul_terminal_entry_at(const struct annul_terminal *terminal,
                                     size_t index,
                                     struct annul_entry *entry);

/**
 * The transaction of a number.
 */
ANNUL_MUST_USE
annul_status annul_terminal_entry(const struct annul_terminal *terminal,
                                  uint32_t number,
                                  struct annul_entry *entry);

/**
 * The transaction of a request id, also after a restart.
 */
ANNUL_MUST_USE
annul_status annul_terminal_entry_by_request(const struct annul_terminal *terminal,
                                             const char *request,
                                             struct annul_entry *entry);

/**
 * The newest transaction of a trace.
 */
ANNUL_MUST_USE
annul_status annul_terminal_entry_by_trace(const struct annul_terminal *terminal,
                                           uint32_t trace,
                                           struct annul_entry *entry);

/**
 * What may be done about the newest transaction of a trace, and why not, by the
 * guards that the command itself will meet; nothing is begun. `index` counts from
 * 0; `ANNUL_STATUS_NOT_FOUND` after the last. `room` is how many more records are
 * sure to fit the journal.
 */
ANNUL_MUST_USE
annul_status annul_terminal_option_at(const struct annul_terminal *terminal,
                                      uint32_t trace,
                                      size_t room,
                                      size_t index,
                                      struct annul_option *option);

/**
 * What the batch adds up to.
 */
ANNUL_MUST_USE
annul_status annul_terminal_totals(const struct annul_terminal *terminal,
                                   struct annul_totals *totals);

/**
 * Makes a module that holds a master key. `mac_algorithm` is an
 * `annul_mac_algorithm`.
 */
ANNUL_MUST_USE
annul_status annul_softpad_init(struct annul_softpad *pad,
                                int32_t mac_algorithm,
                                const uint8_t *master_key,
                                size_t key_length);

/**
 * The PIN for the next encryption, which wipes it.
 */
ANNUL_MUST_USE annul_status annul_softpad_enter_pin(struct annul_softpad *pad, const char *pin);

/**
 * Performs an action of the kinds from `ANNUL_ACTION_KIND_ENCRYPT_PIN` to
 * `ANNUL_ACTION_KIND_LOAD_KEYS` and answers the
 * terminal; `ANNUL_STATUS_NOT_FOR_SOFTPAD` for any other.
 */
ANNUL_MUST_USE
annul_status annul_softpad_perform(struct annul_softpad *pad,
                                   struct annul_terminal *terminal,
                                   const struct annul_now *now,
                                   const struct annul_action *action);

/**
 * Ends a module: its memory, with the keys, is wiped.
 */
ANNUL_MUST_USE annul_status annul_softpad_wipe(struct annul_softpad *pad);

/**
 * Begins a pre-authorization 预授权: an amount is held on a card; see
 * `annul_terminal_begin_sale`.
 *
 * What is about pre-authorizations, refunds and balances is only in a library
 * with the feature `kinds`, which comes with `std`: the functions whose names end
 * in `_preauthorization`, `_hold`, `_refund` and `_inquiry`.
 */
ANNUL_MUST_USE
annul_status annul_terminal_begin_preauthorization(struct annul_terminal *terminal,
                                                   const struct annul_now *now,
                                                   const struct annul_sale *hold,
                                                   size_t room,
                                                   struct annul_begun *begun);

/**
 * Begins the void or the completion of a pre-authorization; see
 * `annul_terminal_begin_sale`. The void of a completion is
 * `annul_terminal_begin_void`.
 */
ANNUL_MUST_USE
annul_status annul_terminal_begin_hold(struct annul_terminal *terminal,
                                       const struct annul_now *now,
                                       const struct annul_hold *hold,
                                       size_t room,
                                       struct annul_begun *begun);

/**
 * Begins a refund; see `annul_terminal_begin_sale`. Where the entry is
 * `ANNUL_ENTRY_STATUS_UNRESOLVED` afterwards, ask the acquirer, then
 * `annul_terminal_resolve`.
 */
ANNUL_MUST_USE
annul_status annul_terminal_begin_refund(struct annul_terminal *terminal,
                                         const struct annul_now *now,
                                         const struct annul_refund *refund,
                                         size_t room,
                                         struct annul_begun *begun);

/**
 * Begins a balance inquiry; nothing is recorded. The answer is the notice
 * `ANNUL_NOTICE_KIND_BALANCE`.
 */
ANNUL_MUST_USE
annul_status annul_terminal_begin_inquiry(struct annul_terminal *terminal,
                                          const struct annul_now *now,
                                          const struct annul_inquiry *inquiry);

/**
 * Packs track 2 as field 35 has it, two digits a byte, for a device that
 * enciphers it: DES in ECB mode under the track key, of the eight bytes that
 * end one byte before the last. `length` gets the bytes needed, at most 19.
 * What is packed is in clear: wipe it where the device does not write over it.
 *
 * What is about enciphered tracks is only in a library with the feature
 * `track-encryption`, which comes with `std`: this function,
 * `annul_softpad_encrypt_track` and those whose names end in `_enciphered`.
 */
ANNUL_MUST_USE
annul_status annul_track_pack(const char *track2,
                              uint8_t *packed,
                              size_t capacity,
                              size_t *length);

/**
 * Enciphers a packed track in place under the track key of the last sign-in;
 * `ANNUL_STATUS_NO_KEYS` without one, and the track is then as it was.
 */
ANNUL_MUST_USE
annul_status annul_softpad_encrypt_track(struct annul_softpad *pad,
                                         uint8_t *packed,
                                         size_t length);

/**
 * Begins a sale whose track goes enciphered: `annul_terminal_begin_sale` with
 * what a device made of `annul_track_pack`. `sale->track2` is the same track in
 * clear, which tells card number and expiry and is not sent; without one the
 * status is `ANNUL_STATUS_TRACK2`. Another length, or a track that is still in
 * clear, is `ANNUL_STATUS_RANGE`. Then nothing was begun.
 */
ANNUL_MUST_USE
annul_status annul_terminal_begin_sale_enciphered(struct annul_terminal *terminal,
                                                  const struct annul_now *now,
                                                  const struct annul_sale *sale,
                                                  const uint8_t *track,
                                                  size_t length,
                                                  size_t room,
                                                  struct annul_begun *begun);

/**
 * Begins the void of a sale whose track goes enciphered; see
 * `annul_terminal_begin_sale_enciphered`. A void without a card sends no track:
 * that is `annul_terminal_begin_void`.
 */
ANNUL_MUST_USE
annul_status annul_terminal_begin_void_enciphered(struct annul_terminal *terminal,
                                                  const struct annul_now *now,
                                                  const struct annul_void *what,
                                                  const uint8_t *track,
                                                  size_t length,
                                                  size_t room,
                                                  struct annul_begun *begun);

/**
 * Begins a pre-authorization whose track goes enciphered; see
 * `annul_terminal_begin_sale_enciphered`. This and the next three want the
 * feature `kinds`, too.
 */
ANNUL_MUST_USE
annul_status annul_terminal_begin_preauthorization_enciphered(struct annul_terminal *terminal,
                                                              const struct annul_now *now,
                                                              const struct annul_sale *hold,
                                                              const uint8_t *track,
                                                              size_t length,
                                                              size_t room,
                                                              struct annul_begun *begun);

/**
 * Begins the void or the completion of a pre-authorization whose track goes
 * enciphered; see `annul_terminal_begin_sale_enciphered`.
 */
ANNUL_MUST_USE
annul_status annul_terminal_begin_hold_enciphered(struct annul_terminal *terminal,
                                                  const struct annul_now *now,
                                                  const struct annul_hold *hold,
                                                  const uint8_t *track,
                                                  size_t length,
                                                  size_t room,
                                                  struct annul_begun *begun);

/**
 * Begins a refund whose track goes enciphered; see
 * `annul_terminal_begin_sale_enciphered`.
 */
ANNUL_MUST_USE
annul_status annul_terminal_begin_refund_enciphered(struct annul_terminal *terminal,
                                                    const struct annul_now *now,
                                                    const struct annul_refund *refund,
                                                    const uint8_t *track,
                                                    size_t length,
                                                    size_t room,
                                                    struct annul_begun *begun);

/**
 * Begins a balance inquiry whose track goes enciphered; see
 * `annul_terminal_begin_sale_enciphered`.
 */
ANNUL_MUST_USE
annul_status annul_terminal_begin_inquiry_enciphered(struct annul_terminal *terminal,
                                                     const struct annul_now *now,
                                                     const struct annul_inquiry *inquiry,
                                                     const uint8_t *track,
                                                     size_t length);

/**
 * Opens the journal in a flash; `annul_flash_format` where it was never used
 * and is not blank.
 */
ANNUL_MUST_USE
annul_status annul_flash_open(struct annul_flash *flash,
                              const struct annul_flash_driver *driver);

/**
 * Erases the flash and opens an empty journal in it. What was in it is gone:
 * never before every transaction in it has come to an end.
 */
ANNUL_MUST_USE
annul_status annul_flash_format(struct annul_flash *flash,
                                const struct annul_flash_driver *driver);

/**
 * Gives a terminal every record, between its init and its start.
 */
ANNUL_MUST_USE
annul_status annul_flash_replay(struct annul_flash *flash,
                                struct annul_terminal *terminal);

/**
 * Appends a record; it survives any power loss when this returns success.
 */
ANNUL_MUST_USE
annul_status annul_flash_append(struct annul_flash *flash,
                                uint32_t record,
                                const uint8_t *data,
                                size_t length);

/**
 * Reads a record; `ANNUL_STATUS_NOT_FOUND` where there is none.
 */
ANNUL_MUST_USE
annul_status annul_flash_recall(struct annul_flash *flash,
                                uint32_t record,
                                uint8_t *buffer,
                                size_t capacity,
                                size_t *length);

/**
 * How many records of the largest size are sure to fit.
 */
ANNUL_MUST_USE annul_status annul_flash_room(const struct annul_flash *flash, size_t *room);

/**
 * What a cashier sees for a host's answer, by field 39. `language` is an `annul_language`;
 * the text is UTF-8 without a NUL, `length` gets its bytes.
 */
ANNUL_MUST_USE
annul_status annul_response_text(const char *code,
                                 int32_t language,
                                 uint8_t *buffer,
                                 size_t capacity,
                                 size_t *length);

/**
 * What to say to an operator about a transaction's `annul_outcome`.
 */
ANNUL_MUST_USE
annul_status annul_outcome_text(int32_t outcome,
                                int32_t language,
                                uint8_t *buffer,
                                size_t capacity,
                                size_t *length);

/**
 * What to say to an operator about an `annul_status` from 300 to 499;
 * `ANNUL_STATUS_NOT_FOUND` for others, which are not for an operator.
 */
ANNUL_MUST_USE
annul_status annul_status_text(int32_t status,
                               int32_t language,
                               uint8_t *buffer,
                               size_t capacity,
                               size_t *length);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ANNUL_H */
