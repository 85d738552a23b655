#include "annul_loop.h"

/* Where the loop stands between two actions. */
typedef struct loop {
    annul_terminal *terminal;
    const annul_ports *ports;
    uint32_t link;       /* the open connection, 0 where there is none */
    annul_status refused; /* the first refusal that was told */
} loop;

static annul_now time_of(const loop *self)
{
    annul_now now;
    self->ports->now(self->ports->user, &now);
    return now;
}

static uint64_t patience(const annul_standing *standing, const annul_now *now)
{
    if (!standing->waits)
        return 50;
    return standing->deadline > now->millis ? standing->deadline - now->millis : 0;
}

static annul_status persist(const loop *self, const annul_action *action)
{
    int kept = self->ports->append(self->ports->user, action->id, action->data, action->length);
    annul_now now = time_of(self);
    if (kept == 1)
        return annul_terminal_persisted(self->terminal, &now, action->id);
    return annul_terminal_persist_failed(self->terminal, &now, action->id);
}

static annul_status recall(const loop *self, const annul_action *action)
{
    uint8_t record[ANNUL_LOOP_RECORD];
    size_t length = self->ports->recall(self->ports->user, action->seq, record);
    annul_now now = time_of(self);
    return annul_terminal_recalled(self->terminal, &now, action->id, record, length);
}

static annul_status connect_to_host(loop *self, const annul_action *action)
{
    annul_standing standing;
    annul_now now = time_of(self);
    annul_status status = annul_terminal_standing(self->terminal, &standing);
    if (status != ANNUL_STATUS_OK)
        return status;
    int connected = self->ports->connect(self->ports->user, patience(&standing, &now));
    now = time_of(self);
    if (!connected)
        return annul_terminal_down(self->terminal, &now, action->id, 1);
    self->link = action->id;
    return annul_terminal_connected(self->terminal, &now, action->id);
}

static annul_status send_frame(const loop *self, const annul_action *action)
{
    annul_sending sending =
        self->ports->send(self->ports->user, action->data, action->length);
    annul_now now = time_of(self);
    if (sending == ANNUL_SENT)
        return annul_terminal_sent(self->terminal, &now, action->id);
    return annul_terminal_down(self->terminal, &now, action->id, sending == ANNUL_NOTHING_SENT);
}

static void tell(loop *self, const annul_notice *notice)
{
    if (self->refused == ANNUL_STATUS_OK)
        self->refused = (annul_status)notice->status;
    self->ports->tell(self->ports->user, notice);
}

static annul_status act(loop *self, const annul_action *action)
{
    annul_now now;
    switch (action->kind) {
    case ANNUL_ACTION_KIND_PERSIST:
        return persist(self, action);
    case ANNUL_ACTION_KIND_RECALL:
        return recall(self, action);
    case ANNUL_ACTION_KIND_CONNECT:
        return connect_to_host(self, action);
    case ANNUL_ACTION_KIND_SEND:
        return send_frame(self, action);
    case ANNUL_ACTION_KIND_CLOSE:
        self->ports->close(self->ports->user);
        self->link = 0;
        return ANNUL_STATUS_OK;
    case ANNUL_ACTION_KIND_NOTIFY:
        tell(self, &action->notice);
        return ANNUL_STATUS_OK;
    default:
        now = time_of(self);
        return self->ports->security(self->ports->user, self->terminal, &now, action);
    }
}

static annul_status wait(loop *self, const annul_standing *standing)
{
    uint8_t buffer[256];
    size_t length = 0;
    annul_heard heard = ANNUL_HEARD_SILENCE;
    annul_now now = time_of(self);
    uint64_t milliseconds = patience(standing, &now);
    if (self->link != 0)
        heard = self->ports->receive(self->ports->user, buffer, sizeof buffer, &length,
                                     milliseconds);
    else
        self->ports->sleep(self->ports->user, milliseconds);
    now = time_of(self);
    if (heard == ANNUL_HEARD_BYTES)
        return annul_terminal_received(self->terminal, &now, self->link, buffer, length);
    if (heard == ANNUL_HEARD_CLOSED)
        return annul_terminal_down(self->terminal, &now, self->link, 0);
    return annul_terminal_tick(self->terminal, &now);
}

static int there(const annul_standing *standing, int recovered)
{
    return recovered ? standing->recovered : standing->idle;
}

static annul_status run(annul_terminal *terminal, const annul_ports *ports, int recovered)
{
    loop self;
    self.terminal = terminal;
    self.ports = ports;
    self.link = 0;
    self.refused = ANNUL_STATUS_OK;
    for (;;) {
        annul_action action;
        annul_standing standing;
        annul_status status = annul_terminal_poll(terminal, &action);
        if (status == ANNUL_STATUS_OK && action.kind != ANNUL_ACTION_KIND_NONE) {
            status = act(&self, &action);
            if (status != ANNUL_STATUS_OK)
                return status;
            continue;
        }
        if (status == ANNUL_STATUS_OK)
            status = annul_terminal_standing(terminal, &standing);
        if (status != ANNUL_STATUS_OK)
            return status;
        if (standing.faulted)
            return ANNUL_STATUS_STORAGE_FAULT;
        if (there(&standing, recovered))
            return self.refused;
        status = wait(&self, &standing);
        if (status != ANNUL_STATUS_OK)
            return status;
    }
}

annul_status annul_loop_run(annul_terminal *terminal, const annul_ports *ports)
{
    return run(terminal, ports, 0);
}

annul_status annul_loop_recover(annul_terminal *terminal, const annul_ports *ports)
{
    return run(terminal, ports, 1);
}
