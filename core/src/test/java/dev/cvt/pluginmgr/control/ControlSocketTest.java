package dev.cvt.pluginmgr.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.goplugin.Exit;
import dev.cvt.pluginmgr.Sneaky;
import dev.cvt.pluginmgr.supervise.Change;
import dev.cvt.pluginmgr.supervise.Failure;
import dev.cvt.pluginmgr.supervise.Identity;
import dev.cvt.pluginmgr.supervise.Report;
import dev.cvt.pluginmgr.supervise.Stage;
import dev.cvt.pluginmgr.supervise.Standing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ends of the socket, over a real one. */
@Timeout(60)
class ControlSocketTest {
  private static final Instant THEN = Instant.parse("2026-04-17T19:00:00.123456789Z");

  @TempDir Path folder;

  private ControlSocket listening(Function<Question, Answer> desk) throws Exception {
    return listening(desk, UnaryOperator.identity());
  }

  private ControlSocket listening(Function<Question, Answer> desk, UnaryOperator<Throwable> masked)
      throws Exception {
    var socket = ControlSocket.open(path(), desk, masked);
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!accepts()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(1);
    }
    return socket;
  }

  private boolean accepts() {
    try (var channel = connected()) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private Path path() {
    return folder.resolve(".socket");
  }

  private SocketChannel connected() throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(path()));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** What the socket says to these bytes. */
  private String said(String question) throws IOException {
    try (var channel = connected()) {
      var bytes = ByteBuffer.wrap(question.getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.shutdownOutput();
      var heard = new ByteArrayOutputStream();
      var piece = ByteBuffer.allocate(1 << 10);
      while (channel.read(piece.clear()) >= 0) {
        heard.write(piece.array(), 0, piece.position());
      }
      return heard.toString(UTF_8);
    }
  }

  static Stream<Answer> answers() {
    var timings = new TreeMap<Stage, Duration>();
    timings.put(Stage.EXEC, Duration.ofNanos(1_234_567));
    timings.put(Stage.INFO, Duration.ofSeconds(5));
    var died =
        new Failure(
            "a",
            Stage.RUNNING,
            "ENDED",
            "was killed by SIGKILL after 2s",
            "see its log",
            Optional.of(
                new Exit(
                    OptionalInt.empty(),
                    Optional.of("SIGKILL"),
                    true,
                    false,
                    "last \"words\"\n<&> \u2028 ü 𝄞",
                    Duration.ofSeconds(2))),
            "last \"words\"\n<&> \u2028 ü 𝄞",
            timings,
            THEN,
            null);
    var refused =
        new Failure(
            "b",
            Stage.VERIFY,
            "HASH_MISMATCH",
            "is another one",
            "install it",
            Optional.empty(),
            "",
            new TreeMap<>(),
            THEN,
            null);
    var exited =
        new Failure(
            "c",
            Stage.INFO,
            "INFO_FAILED",
            "exited",
            "look",
            Optional.of(
                new Exit(
                    OptionalInt.of(3), Optional.empty(), false, true, "", Duration.ofMillis(1))),
            "",
            new TreeMap<>(),
            THEN,
            null);
    return Stream.of(
        new Answer.Standings(List.of()),
        new Answer.Standings(
            List.of(
                report("a", Standing.Condition.READY, died),
                report("b", Standing.Condition.GAVE_UP, refused),
                report("c", Standing.Condition.BACKING_OFF, exited),
                report("d", Standing.Condition.STARTING, null))),
        new Answer.Changed(
            new Change(List.of("a", "b"), List.of("c"), List.of(), List.of("d", "e"))),
        new Answer.Done(),
        new Answer.Refused("the config is wrong; correct it"));
  }

  private static Report report(String name, Standing.Condition condition, Failure last) {
    return new Report(
        name,
        new Standing(condition, THEN, 41, 7, Optional.ofNullable(last)),
        new Identity(name + "/1.0", "5f".repeat(32), 41, List.of("registry.v1", "events.v1")));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void answer_arrivesAsItWasGiven(Answer answer) throws Exception {
    try (var _ = listening(question -> answer)) {
      assertThat(Asking.at(path()).ask(new Question.Standings())).isEqualTo(answer);
    }
  }

  static Stream<Question> questions() {
    return Stream.of(
        new Question.Standings(),
        new Question.Reload(),
        new Question.Refresh(),
        new Question.Reset("rest"));
  }

  @ParameterizedTest
  @MethodSource("questions")
  void question_arrivesAsItWasAsked(Question question) throws Exception {
    try (var _ = listening(asked -> new Answer.Refused(asked.toString()))) {
      assertThat(Asking.at(path()).ask(question))
          .isEqualTo(new Answer.Refused(question.toString()));
    }
  }

  @Test
  void socket_isItsOwnersAlone() throws Exception {
    try (var _ = listening(question -> new Answer.Done())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
          .isEqualTo("rw-------");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nonsense                    | the question is not understood: it is not JSON
          []                          | the question is not understood: it is a list, not an object
          {}                          | the question is not understood: it has no fit "ask"
          {"ask": "sing"}             | the question is not understood: this manager cannot be asked "sing", only status, reload, refresh, reset
          {"ask": "reset"}            | the question is not understood: it has no fit "plugin"
          {"ask": "reset", "plugin":1}| the question is not understood: it has no fit "plugin"
          ``                          | the question is not understood: it ends in the middle
          """)
  void questionThatIsNone_isRefusedInWords(String question, String refusal) throws Exception {
    try (var _ = listening(asked -> new Answer.Done())) {
      var answer = Answer.of(dev.cvt.pluginmgr.state.JsonReader.read(bytes(said(question))));
      assertThat(answer).isEqualTo(new Answer.Refused(refusal));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void questionWithNewMembers_isUnderstood() throws Exception {
    try (var _ = listening(asked -> new Answer.Done())) {
      assertThat(said("{\"ask\": \"status\", \"from\": {\"later\": [1, null]}}")).contains("done");
    }
  }

  @Test
  void questionThatIsTooLong_isRefused() throws Exception {
    try (var _ = listening(asked -> new Answer.Done())) {
      assertThat(said("{\"ask\": \"" + "x".repeat(ControlSocket.LONGEST_QUESTION) + "\"}"))
          .contains("the question is longer than 1024 bytes");
    }
  }

  @Test
  void answerThatTakesLong_isWaitedForWhileItIsWorkedOn() throws Exception {
    var signs = ControlSocket.SIGN_OF_LIFE.multipliedBy(2);
    try (var _ =
        listening(
            asked -> {
              try {
                Thread.sleep(signs.plusMillis(500));
              } catch (InterruptedException e) {
                return new Answer.Refused("interrupted");
              }
              return new Answer.Done();
            })) {
      // Less patience than the answer takes, more than from one sign of life to the next.
      assertThat(Asking.at(path()).within(signs).ask(new Question.Reload()))
          .isEqualTo(new Answer.Done());
    }
  }

  @Test
  void managerThatListensAndIsSilent_isTold() throws Exception {
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path()));
      var none =
          catchThrowableOfType(
              Asking.NoAnswer.class,
              () -> Asking.at(path()).within(Duration.ofMillis(50)).ask(new Question.Standings()));
      assertThat(none).hasMessage("has not answered for 0 s");
    }
  }

  @Test
  void managerThatIsGone_isTold() throws Exception {
    var nobody =
        catchThrowableOfType(
            Asking.NoAnswer.class, () -> Asking.at(path()).ask(new Question.Standings()));
    assertThat(nobody).hasMessage("does not listen: there is no " + path());

    try (var _ = listening(asked -> new Answer.Done())) {
      assertThat(path()).exists();
    }
    var closed =
        catchThrowableOfType(
            Asking.NoAnswer.class, () -> Asking.at(path()).ask(new Question.Standings()));
    assertThat(closed).hasMessage("does not listen: there is no " + path());
  }

  @Test
  void managerThatWasKilled_isTold() throws Exception {
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path()));
    }
    var killed =
        catchThrowableOfType(
            Asking.NoAnswer.class, () -> Asking.at(path()).ask(new Question.Standings()));
    assertThat(killed).hasMessage("cannot be asked: Connection refused");
  }

  @Test
  void oneWhoAsksAndIsInterrupted_isLetGo() throws Exception {
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path()));
      Thread.currentThread().interrupt();
      assertThat(
              catchThrowableOfType(
                  InterruptedException.class,
                  () -> Asking.at(path()).ask(new Question.Standings())))
          .isNotNull();
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  @Test
  void tooManyAtOnce_areTurnedAwayAndTheOthersAnswered() throws Exception {
    try (var _ = listening(asked -> new Answer.Done())) {
      var idle = new ArrayList<SocketChannel>();
      try {
        // None of these says anything, so that each keeps its place. The one that looked whether
        // the socket accepts may have kept another from his: then there is one more.
        while (idle.size() < ControlSocket.MOST_AT_ONCE || isAnswered()) {
          idle.add(connected());
        }
        assertThat(idle).hasSizeLessThanOrEqualTo(ControlSocket.MOST_AT_ONCE + 1);
      } finally {
        for (var channel : idle) {
          channel.close();
        }
      }
      assertThat(eventually()).isEqualTo(new Answer.Done());
    }
  }

  private boolean isAnswered() throws InterruptedException {
    try {
      return Asking.at(path()).ask(new Question.Standings()).equals(new Answer.Done());
    } catch (Asking.NoAnswer e) {
      return false;
    }
  }

  /** Those who left are noticed a moment later. */
  private Answer eventually() throws InterruptedException {
    while (true) {
      try {
        return Asking.at(path()).ask(new Question.Standings());
      } catch (Asking.NoAnswer e) {
        Thread.sleep(5);
      }
    }
  }

  @Test
  void close_interruptsWhoeverWorksOnAnAnswerAndDoesNotWait() throws Exception {
    var asked = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var socket =
        listening(
            question -> {
              asked.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
              return new Answer.Done();
            });
    try (var channel = connected()) {
      channel.write(ByteBuffer.wrap("{\"ask\": \"reload\"}".getBytes(UTF_8)));
      channel.shutdownOutput();
      asked.await();
      socket.close();
      interrupted.await();
      socket.close();
    }
  }

  @ParameterizedTest
  @MethodSource("broken")
  void deskThatBreaks_isToldAndTheSocketGoesOn(Throwable broken) throws Exception {
    var logged = new CopyOnWriteArrayList<Throwable>();
    try (var _ =
        listening(
            question -> {
              throw Sneaky.<RuntimeException>thrown(broken);
            },
            fault -> {
              logged.add(fault);
              return new IOException("****");
            })) {
      for (int i = 0; i < 2; i++) {
        assertThat(Asking.at(path()).ask(new Question.Standings()))
            .isEqualTo(
                new Answer.Refused(
                    "the manager itself failed: "
                        + broken.getClass().getName()
                        + "; its log says why"));
      }
      assertThat(logged).containsExactly(broken, broken);
    }
  }

  static List<Throwable> broken() {
    return List.of(new IllegalStateException("broken desk"), new IOException("broken desk"));
  }

  /** A server whose system has no descriptor left for who connects. */
  private static final class Exhausted extends ServerSocketChannel {
    Exhausted() {
      super(SelectorProvider.provider());
    }

    @Override
    public SocketChannel accept() throws IOException {
      throw new IOException("Too many open files");
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
      return Set.of();
    }

    @Override
    public ServerSocket socket() {
      throw new UnsupportedOperationException();
    }

    @Override
    public SocketAddress getLocalAddress() {
      return UnixDomainSocketAddress.of("");
    }

    @Override
    protected void implCloseSelectableChannel() {}

    @Override
    protected void implConfigureBlocking(boolean block) {}
  }

  @Test
  void oneWhoCannotBeTaken_isNotTheLast() throws Exception {
    try (var socket = listening(_ -> new Answer.Done());
        var exhausted = new Exhausted()) {
      assertThatNoException().isThrownBy(() -> socket.serve(exhausted));
    }
  }
}
