package dev.cvt.pluginmgr.supervise;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one owner of one plugin's life. It is a virtual thread with a mailbox: events come in, the
 * table ({@link Life}) says what is next, and the thread does it. What takes long (a launch, an
 * end, a health check) runs on a thread of its own, one of each kind at most, and comes back as an
 * event.
 *
 * <p>All public methods may be called from any thread and return at once. The thread ends when the
 * plugin has stopped for good, with nothing of it left.
 */
final class Supervisor {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr.supervise");

  private final Member member;
  private final Policy policy;
  private final Run.Launcher launcher;
  private final Outlook outlook;

  private final BlockingQueue<Mail> mailbox = new LinkedBlockingQueue<>();
  private final CompletableFuture<Optional<Failure>> first = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  // The thread's own.
  private final Map<Life.Event, Long> alarms = new EnumMap<>(Life.Event.class);
  private Life.State state = new Life.State.Idle();
  private @Nullable Thread launching;
  private @Nullable Failure lastFailure;
  private long restarts;

  /** The fingerprint of the binary with which it was given up. */
  private String givenUp = "";

  /** What runs, also while it is being ended. Set by the launch, cleared by the thread. */
  private volatile @Nullable Run run;

  /** Whether it takes calls. */
  private volatile boolean admitted;

  private volatile Standing standing =
      new Standing(Standing.Condition.STARTING, Instant.now(), 0, 0, Optional.empty());

  /** How long calls may take to finish when it is told to stop. */
  private volatile Duration drain = Duration.ZERO;

  /** What a supervisor must know and do outside of its own plugin. */
  interface Outlook {
    /** What must not be said. */
    Masks masks();

    /** What tells the installed binary from any other; cheap, and never throws. */
    String fingerprint();

    /** Tells the world. */
    void tell(News news, long pid, String detail);

    /** Measures how long the stages of a launch took. */
    void timed(SortedMap<Stage, Duration> timings);
  }

  /**
   * An event, and what it is about.
   *
   * @param about the run that it concerns; an event about a run that is no more is void
   */
  private record Mail(Life.Event event, @Nullable Run about, @Nullable Failure failure) {}

  /**
   * A supervisor of nothing yet.
   *
   * @param restarts how often the plugin was launched again before, under another supervisor
   */
  Supervisor(Member member, Policy policy, Run.Launcher launcher, Outlook outlook, long restarts) {
    this.member = member;
    this.policy = policy;
    this.launcher = launcher;
    this.outlook = outlook;
    this.restarts = restarts;
  }

  /** Begins: launches the plugin, and keeps it. To be called once. */
  void begin() {
    thread("", this::live);
    mailbox.add(new Mail(Life.Event.START, null, null));
  }

  /** Lets a plugin that is down try again at once, from a clean slate. */
  void reset() {
    mailbox.add(new Mail(Life.Event.RESET, null, null));
  }

  /**
   * Ends it, also in the middle of a launch; {@link #ended} tells when nothing is left.
   *
   * @param drain how long calls in flight may take to finish
   */
  void stop(Duration drain) {
    this.drain = drain;
    mailbox.add(new Mail(Life.Event.STOP, null, null));
  }

  /**
   * Completes when the first launch has ended: with nothing if it takes calls, with the failure if
   * not; is cancelled if it was stopped before.
   */
  CompletableFuture<Optional<Failure>> first() {
    return first;
  }

  /** Completes when it has stopped for good. */
  CompletableFuture<@Nullable Void> ended() {
    return ended;
  }

  Standing standing() {
    return standing;
  }

  /** What takes calls now; the owner of the name publishes it. */
  @Nullable Run current() {
    Run now = run;
    return admitted ? now : null;
  }

  private Thread thread(String task, Runnable work) {
    return Thread.ofVirtual().name("cvt-plugin-" + member.name() + task).start(work);
  }

  private void live() {
    try {
      while (!(state instanceof Life.State.Stopped)) {
        Mail mail = next();
        if (mail != null && (mail.about() == null || mail.about().equals(run))) {
          take(mail);
        }
      }
    } catch (InterruptedException e) {
      // Nobody else has this thread: whoever interrupts it wants the JVM to end.
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      broke("the supervisor", e);
      throw e;
    } finally {
      member.ended(this);
      first.cancel(false);
      ended.complete(null);
    }
  }

  /** The next event: from the mailbox, or an alarm that rings before one comes. */
  private @Nullable Mail next() throws InterruptedException {
    Map.Entry<Life.Event, Long> alarm =
        alarms.entrySet().stream()
            .min((a, b) -> Long.compare(a.getValue(), b.getValue()))
            .orElse(null);
    if (alarm == null) {
      return mailbox.take();
    }
    Mail mail = mailbox.poll(alarm.getValue() - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (mail != null) {
      return mail;
    }
    alarms.remove(alarm.getKey());
    return new Mail(alarm.getKey(), null, null);
  }

  private void take(Mail mail) {
    Life.State before = state;
    Life.Step step =
        Life.step(
            before,
            mail.event(),
            policy,
            ThreadLocalRandom.current().nextDouble(),
            System.nanoTime());
    remember(mail);
    state = step.next();
    boolean admits = step.effects().contains(new Life.Effect.Admit());
    if (!before.equals(state) && !admits) {
      stand();
    }
    if (state instanceof Life.State.GaveUp && !(before instanceof Life.State.GaveUp)) {
      givenUp = outlook.fingerprint();
    }
    for (Life.Effect effect : step.effects()) {
      apply(effect);
    }
  }

  /** Keeps the facts that come with an event and that the table does not need. */
  private void remember(Mail mail) {
    // What befalls a plugin that is being ended is our own doing.
    boolean news = state instanceof Life.State.Running || state instanceof Life.State.Starting;
    if (mail.failure() != null && news) {
      lastFailure = mail.failure();
    }
    switch (mail.event()) {
      case LAUNCHED, LAUNCH_FAILED -> launching = null;
      case CLEARED -> run = null;
      case START,
          DIED,
          HEALTH_PASSED,
          HEALTH_ABSENT,
          HEALTH_FAILED,
          RETRY_DUE,
          STABLE,
          HEALTH_DUE,
          WATCH_DUE,
          BINARY_CHANGED,
          RESET,
          STOP -> {}
    }
  }

  private void stand() {
    Standing.Condition condition = Standing.condition(state);
    Standing old = standing;
    Run now = run;
    standing =
        new Standing(
            condition,
            condition == old.condition() ? old.since() : Instant.now(),
            now == null ? 0 : now.identity().pid(),
            restarts,
            Optional.ofNullable(lastFailure));
    member.stir();
  }

  private void apply(Life.Effect effect) {
    switch (effect) {
      case Life.Effect.Launch() -> launch();
      case Life.Effect.CancelLaunch() -> {
        Thread thread = launching;
        if (thread != null) {
          thread.interrupt();
        }
      }
      case Life.Effect.Admit() -> {
        admitted = true;
        member.admit(this);
        stand(); // not sooner: what is called ready takes calls
      }
      case Life.Effect.Withdraw() -> {
        admitted = false;
        member.withdraw(this);
      }
      case Life.Effect.Clear(boolean orderly) -> clear(orderly);
      case Life.Effect.Set(Life.Event event, Duration after) ->
          alarms.put(event, System.nanoTime() + after.toNanos());
      case Life.Effect.ForgetTimers() -> alarms.clear();
      case Life.Effect.CheckHealth() -> examine();
      case Life.Effect.LookAtBinary() -> look();
      case Life.Effect.CountRestart() -> {
        restarts++;
        member.restarted(this);
        stand();
      }
      case Life.Effect.Answer() ->
          first.complete(
              state instanceof Life.State.Running
                  ? Optional.empty()
                  : Optional.ofNullable(lastFailure));
      case Life.Effect.Tell(News news) -> tell(news);
    }
  }

  private void launch() {
    launching =
        thread(
            "-launch",
            () -> {
              try {
                Run launched = launcher.launch();
                run = launched;
                outlook.timed(launched.timings());
                mailbox.add(new Mail(Life.Event.LAUNCHED, launched, null));
                // Afterwards: it may be dead already, and a death before the launch means nothing.
                launched
                    .death()
                    .thenAccept(why -> mailbox.add(new Mail(Life.Event.DIED, launched, why)));
              } catch (Failure.Thrown e) {
                mailbox.add(new Mail(Life.Event.LAUNCH_FAILED, null, e.failure()));
              } catch (InterruptedException e) {
                mailbox.add(new Mail(Life.Event.LAUNCH_FAILED, null, null));
              } catch (RuntimeException | Error e) {
                mailbox.add(new Mail(Life.Event.LAUNCH_FAILED, null, broken(e)));
              }
            });
  }

  /** A fault of this library's own; it must not leave the plugin without an owner. */
  private Failure broken(Throwable e) {
    broke("the launch", e);
    return new Failure(
        member.name(),
        Stage.PREFLIGHT,
        "INTERNAL",
        outlook.masks().scrub("the manager itself failed: " + e),
        "report this with the log of dev.cvt.pluginmgr.supervise",
        Optional.empty(),
        "",
        new TreeMap<>(),
        Instant.now(),
        outlook.masks().scrub(e));
  }

  private void broke(String what, Throwable why) {
    LOG.log(
        System.Logger.Level.ERROR,
        what + " of plugin " + member.name() + " broke",
        outlook.masks().scrub(why));
  }

  private void clear(boolean orderly) {
    Run ending = run;
    Duration most = orderly ? drain : Duration.ZERO;
    thread(
        "-end",
        () -> {
          try {
            if (ending != null) {
              ending.end(most);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException | Error e) {
            broke("the end", e);
          } finally {
            mailbox.add(new Mail(Life.Event.CLEARED, ending, null));
          }
        });
  }

  private void examine() {
    Run examined = run;
    if (examined == null) {
      return;
    }
    thread(
        "-health",
        () -> {
          Life.Event result;
          try {
            result = examined.health(policy.health());
          } catch (InterruptedException | RuntimeException | Error e) {
            result = Life.Event.HEALTH_FAILED; // without a result nobody would ever ask again
          }
          Failure why = result == Life.Event.HEALTH_FAILED ? unhealthy(examined) : null;
          mailbox.add(new Mail(result, examined, why));
        });
  }

  private Failure unhealthy(Run examined) {
    return new Failure(
        member.name(),
        Stage.RUNNING,
        "UNHEALTHY",
        "does not answer its health checks with SERVING",
        "see its log for the reason",
        Optional.empty(),
        "",
        examined.timings(),
        Instant.now(),
        null);
  }

  private void look() {
    String before = givenUp;
    thread(
        "-watch",
        () -> {
          if (!outlook.fingerprint().equals(before)) {
            mailbox.add(new Mail(Life.Event.BINARY_CHANGED, null, null));
          }
        });
  }

  private void tell(News news) {
    Run now = run;
    long pid = now == null ? 0 : now.identity().pid();
    String failure = lastFailure == null ? "" : lastFailure.brief();
    boolean healthless = state instanceof Life.State.Running(Restarts _, Life.Vitals.Unknown _);
    String words = news.words(now, healthless, restarts, failure);
    outlook.tell(news, pid, "plugin " + member.name() + " " + words);
  }
}
