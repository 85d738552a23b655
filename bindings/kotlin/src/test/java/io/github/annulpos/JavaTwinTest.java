package io.github.annulpos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Everything a till needs, called from Java: no coroutine, no mangled name. */
@Timeout(60)
class JavaTwinTest {
    @TempDir
    File folder;

    private static Card card() {
        return Card.swiped("6224242900000113=28062019031013".getBytes(StandardCharsets.US_ASCII));
    }

    private Setup setup(TestHost host) {
        byte[] key = new byte[16];
        java.util.Arrays.fill(key, (byte) 0x11);
        return new Setup("12345678", "123456789012345", new File(folder, "journal"),
            host.getTransport(), new Security.Software(key));
    }

    @Test
    void sellsVoidsAndAsks() throws Exception {
        try (TestHost host = new TestHost();
             Terminal terminal = Terminal.openAsync(setup(host)).get()) {
            List<Progress> heard = new CopyOnWriteArrayList<>();
            AutoCloseable hearing = terminal.addProgressListener(heard::add);
            assertEquals(new Answered.Yes(1), terminal.signInAsync().get());

            String request = OrdersKt.newRequestId();
            Outcome sold = terminal.saleAsync(new SaleOrder(request, 1234L, card())).get();
            assertInstanceOf(Outcome.Approved.class, sold);
            int voucher = sold.getTransaction().getTrace();
            Outcome voided = terminal.voidAsync(
                new VoidOrder("b", voucher, "00", "customer-request")).get();
            assertInstanceOf(Outcome.Approved.class, voided);

            assertEquals(Kind.VOID, voided.getTransaction().getKind());
            assertInstanceOf(Outcome.Approved.class, terminal.statusAsync(request).get());
            assertNull(terminal.statusAsync("never").get());
            assertEquals(0, terminal.recoverAsync().get().getUnresolved());
            assertEquals(1234L, terminal.totalsAsync().get().getCreditAmount());
            assertEquals(new Books(1, 1234, 1, 1234), host.books());
            assertTrue(heard.stream().anyMatch(news -> news instanceof Progress.SignedIn));
            hearing.close();
        }
    }

    @Test
    void aRefusalIsTheCauseOfTheFuture() throws Exception {
        try (TestHost host = new TestHost();
             Terminal terminal = Terminal.openAsync(setup(host)).get()) {
            ExecutionException failure = assertThrows(ExecutionException.class,
                () -> terminal.saleAsync(new SaleOrder("a", 1L, card())).get());
            AnnulException cause = assertInstanceOf(AnnulException.class, failure.getCause());
            assertEquals(303, cause.getCode());
            assertEquals(Advice.SIGN_IN, cause.getAdvice());
        }
    }

    @Test
    void decodesAMessage() {
        byte[] echo = new byte[] {8, 0x20, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0x16};
        assertEquals("0820", Message.decode(echo, Language.ENGLISH).getMti());
    }

    @Test
    void takesChipDataApart() {
        byte[] record = new byte[] {0x70, 0x05, (byte) 0x9F, 0x20, 0x02, 0x12, 0x34};
        Tlv tlv = Tlv.decode(record);
        assertNull(tlv.getFault());
        Tlv.Element data = tlv.getObjects().get(1);
        assertEquals("9F20", data.getTag());
        assertEquals("****", data.getValue());
        assertEquals(0x12, Tlv.reveal(record, data.getOffset())[0]);
    }
}
