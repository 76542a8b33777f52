package dev.cvt.pluginmgr.control;

import dev.cvt.pluginmgr.state.JsonReader;
import dev.cvt.pluginmgr.state.JsonWriter;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks a manager in another process. */
public final class Asking {
  /** How long an answer may be, in bytes: far more than a thousand plugins come to. */
  static final int LONGEST_ANSWER = JsonReader.MAX_BYTES;

  private final Path socket;
  private final Duration patience;

  private Asking(Path socket, Duration patience) {
    this.socket = socket;
    this.patience = patience;
  }

  /** Of the manager that listens there. */
  public static Asking at(Path socket) {
    return new Asking(socket, ControlSocket.PATIENCE);
  }

  /** With less patience, for tests. */
  Asking within(Duration silence) {
    return new Asking(socket, silence);
  }

  /** There is no answer to be had. */
  public static final class NoAnswer extends Exception {
    private static final long serialVersionUID = 1;

    NoAnswer(String what, @Nullable Throwable cause) {
      super(what, cause);
    }
  }

  /**
   * Asks, and waits for the answer as long as the manager shows that it works on it.
   *
   * @throws NoAnswer if nobody listens, or hears and is silent, or says what this version does not
   *     understand; the message follows "the manager"
   */
  public Answer ask(Question question) throws NoAnswer, InterruptedException {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoAnswer("does not listen: there is no " + socket, null);
    }
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        var conversation = new Conversation(channel, patience)) {
      var _ = conversation.bounded(() -> channel.connect(UnixDomainSocketAddress.of(socket)));
      conversation.say(JsonWriter.write(question.toJson()));
      conversation.end();
      byte[] said = conversation.hearOut(LONGEST_ANSWER);
      if (said.length == 0) {
        throw new NoAnswer("hung up: it is ending, or too many ask it", null);
      }
      return Answer.of(JsonReader.read(said));
    } catch (Conversation.Silent e) {
      throw new NoAnswer("has not answered for " + patience.toSeconds() + " s", e);
    } catch (JsonReader.Malformed | Members.Unfit e) {
      throw new NoAnswer("gave an answer that is not understood: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new NoAnswer("cannot be asked: " + e.getMessage(), e);
    }
  }
}
