package io.github.annulpos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every callback written in Java, throwing what Java can: never a success. */
@Timeout(60)
class JavaCallbackTest {
    @TempDir
    File folder;

    private static final List<Supplier<Throwable>> THROWABLES = List.of(
        () -> new AssertionError("provoked"),
        () -> new OutOfMemoryError("provoked"),
        () -> new StackOverflowError("provoked"),
        () -> new IllegalStateException("provoked"),
        () -> new IOException("provoked, and not declared everywhere"));

    /** Throws also what a method does not declare, as a compiler of another language lets it. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable throwable) throws T {
        throw (T) throwable;
    }

    /** A transport and its connections; the place that is named throws once. */
    private static final class Breaking implements Transport {
        private final Transport inner;
        private String place = "";
        private Throwable throwable;

        Breaking(Transport inner) {
            this.inner = inner;
        }

        void breakAt(String place, Throwable throwable) {
            this.place = place;
            this.throwable = throwable;
        }

        private void pass(String here) {
            if (here.equals(place)) {
                place = "";
                JavaCallbackTest.<RuntimeException>sneak(throwable);
            }
        }

        @Override
        public Connection connect(long timeoutMillis) throws IOException {
            pass("connect");
            Connection connection = inner.connect(timeoutMillis);
            return new Connection() {
                @Override
                public void send(byte[] bytes) throws IOException {
                    connection.send(bytes);
                    pass("send");
                }

                @Override
                public int receive(byte[] buffer, long timeoutMillis) throws IOException {
                    pass("receive");
                    return connection.receive(buffer, timeoutMillis);
                }

                @Override
                public void close() {
                    connection.close();
                    pass("close");
                }
            };
        }
    }

    private Terminal open(String journal, Transport transport, Security security) throws Exception {
        return Terminal.openAsync(
            TestHostKt.setup(new File(folder, journal), transport, security, Language.ENGLISH,
                TestHostKt.getQUICK(), KeyRequest.DOUBLE_WITH_TRACK)).get();
    }

    private static Security.Software keys(PinEntry entry) {
        byte[] key = new byte[16];
        java.util.Arrays.fill(key, (byte) 0x11);
        return new Security.Software(key, MacAlgorithm.UNION_PAY_ECB, MasterCipher.DES, entry);
    }

    @Test
    void aTransportThatThrowsIsNeverASuccess() throws Exception {
        for (String place : List.of("connect", "send", "receive", "close")) {
            for (int number = 0; number < THROWABLES.size(); number++) {
                try (TestHost host = new TestHost()) {
                    Breaking transport = new Breaking(host.getTransport());
                    try (Terminal terminal = open(place + number, transport, keys(null))) {
                        terminal.signInAsync().get();
                        transport.breakAt(place, THROWABLES.get(number).get());
                        Outcome outcome = terminal.saleAsync(TestHostKt.sale("a", 100)).get();
                        assertEquals(0, terminal.recoverAsync().get().getUnresolved());
                        if (place.equals("close")) {
                            // The answer was there before.
                            assertInstanceOf(Outcome.Approved.class, outcome);
                            assertEquals(new Books(1, 100, 0, 0), host.books());
                        } else {
                            assertTrue(outcome instanceof Outcome.NotSent
                                || outcome instanceof Outcome.Unknown, place + ": " + outcome);
                            assertEquals(new Books(0, 0, 0, 0), host.books());
                        }
                    }
                }
            }
        }
    }

    @Test
    void pinEntryAndListenerThatThrowChangeNothing() throws Exception {
        for (int number = 0; number < THROWABLES.size(); number++) {
            Supplier<Throwable> throwable = THROWABLES.get(number);
            PinEntry entry = card -> {
                JavaCallbackTest.<RuntimeException>sneak(throwable.get());
                return null;
            };
            try (TestHost host = new TestHost();
                 Terminal terminal = open("pin" + number, host.getTransport(), keys(entry))) {
                terminal.addProgressListener(
                    news -> JavaCallbackTest.<RuntimeException>sneak(throwable.get()));
                terminal.signInAsync().get();
                SaleOrder order = new SaleOrder("a", 100, TestHostKt.track2(), Pin.WANTED);
                assertEquals(408, failure(terminal, order));
                assertEquals(new Books(0, 0, 0, 0), host.books());
                assertInstanceOf(Outcome.Approved.class,
                    terminal.saleAsync(TestHostKt.sale("b", 100)).get());
                assertEquals(new Books(1, 100, 0, 0), host.books());
            }
        }
    }

    /** A device that throws at every method but those that are named. */
    private static PinPad pad(Throwable throwable, Set<String> working) {
        return new PinPad() {
            private void pass(String here) {
                if (!working.contains(here)) {
                    JavaCallbackTest.<RuntimeException>sneak(throwable);
                }
            }

            @Override
            public void loadWorkingKeys(byte[] keys) {
                pass("loadWorkingKeys");
            }

            @Override
            public byte[] mac(byte[] message) {
                pass("mac");
                return new byte[8];
            }

            @Override
            public byte[] encryptPin(byte[] number) {
                pass("encryptPin");
                return new byte[8];
            }

            @Override
            public byte[] seal(byte[] number, String expiry, byte[] nonce) {
                pass("seal");
                return new byte[34];
            }
        };
    }

    @Test
    void aPinPadThatThrowsIsNeverASuccess() throws Exception {
        for (int number = 0; number < THROWABLES.size(); number++) {
            Throwable throwable = THROWABLES.get(number).get();
            try (TestHost host = new TestHost()) {
                Security deaf = new Security.Device(pad(throwable, Set.of()), null);
                try (Terminal terminal = open("load" + number, host.getTransport(), deaf)) {
                    ExecutionException failure = assertThrows(ExecutionException.class,
                        () -> terminal.signInAsync().get());
                    assertEquals(408, ((AnnulException) failure.getCause()).getCode());
                }
                for (Set<String> working : List.of(
                    Set.of("loadWorkingKeys"),
                    Set.of("loadWorkingKeys", "seal", "mac"),
                    Set.of("loadWorkingKeys", "seal", "encryptPin"))) {
                    Security device = new Security.Device(pad(throwable, working), null);
                    String journal = "pad" + number + working.size() + working.contains("mac");
                    try (Terminal terminal = open(journal, host.getTransport(), device)) {
                        terminal.signInAsync().get();
                        SaleOrder order = new SaleOrder("a", 100, TestHostKt.track2(), Pin.WANTED);
                        assertEquals(408, failure(terminal, order), journal);
                    }
                }
                assertEquals(new Books(0, 0, 0, 0), host.books());
            }
        }
    }

    private static int failure(Terminal terminal, SaleOrder order) {
        ExecutionException failure = assertThrows(ExecutionException.class,
            () -> terminal.saleAsync(order).get());
        return assertInstanceOf(AnnulException.class, failure.getCause()).getCode();
    }
}
