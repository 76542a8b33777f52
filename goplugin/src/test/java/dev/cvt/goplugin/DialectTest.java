package dev.cvt.goplugin;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.tls.Identities;
import dev.cvt.goplugin.tls.OneTimeIdentity;
import dev.cvt.goplugin.tls.PeerCertificate;
import dev.cvt.goplugin.wire.ConnInfo;
import dev.cvt.goplugin.wire.GRPCBrokerGrpc;
import dev.cvt.goplugin.wire.HealthGrpc;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins as others build them: on ports, under other keys, with more or less in their line. */
class DialectTest extends HostTest {
  private static final String CERTIFICATE = "PLUGIN_CLIENT_CERT=";
  private static final Duration SOON = Duration.ofSeconds(20);

  private Launch.Builder saying(String line) {
    return launch("says-line").environment(environment(Map.of("LINE", line)));
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, 127.0.0.1", "127.0.0.1, localhost", "::1, [::1]"})
  void port_ofTheLoopbackInterface_isConnectedWithoutAnyProxy(String literal, String host)
      throws Exception {
    var asked = new ConcurrentLinkedQueue<URI>();
    var before = ProxySelector.getDefault();
    ProxySelector.setDefault(new Noting(asked));
    try (var bound = bind(literal);
        var _ = new FakeServer(bound, stop, noTls(), new FakeServer.Services())) {
      int port = bound.socket().getLocalPort();
      try (var plugin =
          this.host.start(saying("1|1|tcp|" + host + ":" + port + "|grpc|").build())) {
        assertThat(plugin.health(SOON)).isEqualTo(Health.SERVING);
        assertThat(plugin.socket()).isEmpty();
      }
    } finally {
      ProxySelector.setDefault(before);
    }
    assertThat(asked).isEmpty();
  }

  private static ServerSocketChannel bind(String literal) throws IOException {
    var server = ServerSocketChannel.open();
    try {
      return server.bind(new InetSocketAddress(InetAddress.ofLiteral(literal), 0));
    } catch (IOException e) {
      server.close();
      return Assumptions.abort("needs the address " + literal + ": " + e.getMessage());
    }
  }

  private static Optional<Security> noTls() {
    return Optional.empty();
  }

  /** Sends everything to a proxy where nobody is, and notes who asked. */
  private static final class Noting extends ProxySelector {
    private final ConcurrentLinkedQueue<URI> asked;

    Noting(ConcurrentLinkedQueue<URI> asked) {
      this.asked = asked;
    }

    @Override
    public List<Proxy> select(URI uri) {
      asked.add(uri);
      return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", 1)));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
      asked.add(uri);
    }
  }

  @Test
  void authority_isLocalhost() throws Exception {
    var authority = new AtomicReference<String>();
    BindableService service =
        () ->
            ServerServiceDefinition.builder("grpc.health.v1.Health")
                .addMethod(
                    HealthGrpc.getCheckMethod(),
                    (call, headers) -> {
                      authority.set(call.getAuthority());
                      call.close(Status.UNIMPLEMENTED, new Metadata());
                      return new ServerCall.Listener<>() {};
                    })
                .build();
    try (var _ = serve(new FakeServer.Services().withoutHealth().add(service));
        var plugin = host.start(launch("serves").build())) {
      assertThat(plugin.health(SOON)).isEqualTo(Health.NO_HEALTH_SERVICE);
      assertThat(authority).hasValue("localhost");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"|grpc", "|grpc|", "|grpc|short", "|grpc||false", "|grpc||true|more"})
  void line_ofFiveFieldsOrMore_isEnough(String rest) throws Exception {
    try (var _ = serve(new FakeServer.Services());
        var plugin = host.start(saying("1|1|unix|" + socket + rest).build())) {
      assertThat(plugin.health(SOON)).isEqualTo(Health.SERVING);
      assertThat(plugin.tls()).isEmpty();
    }
  }

  /** A plugin that runs as somebody else, in that group, must be able to call back. */
  @Test
  void groupForSockets_mayUseThoseOfTheHostToo() throws Exception {
    var group = Files.getAttribute(folder, "unix:gid").toString(); // one that we belong to
    try (var _ = serve(new FakeServer.Services().add(new Listening()));
        var plugin = host.start(launch("serves").socketGroup(group).build());
        var _ = plugin.broker().serve(plugin.broker().nextId(), List.of());
        var files = Files.walk(sockets)) {
      var callback =
          files.filter(file -> file.getFileName().toString().equals("host1")).findFirst();
      assertThat(callback)
          .hasValueSatisfying(
              file -> {
                assertThat(permissions(file)).isEqualTo("rw-rw----");
                assertThat(permissions(file.getParent())).isEqualTo("rwxrwx---");
              });
      assertThat(environmentOf(plugin.pid())).contains("PLUGIN_UNIX_SOCKET_GROUP=" + group + "\0");
    }
  }

  /** A broker that hears of everything and does nothing. */
  private static final class Listening extends GRPCBrokerGrpc.GRPCBrokerImplBase {
    @Override
    public StreamObserver<ConnInfo> startStream(StreamObserver<ConnInfo> toHost) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ConnInfo info) {}

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  private static String permissions(Path file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void pluginThatInsistsOnMultiplexing_isToldSo() throws Exception {
    try (var server =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(socket))) {
      Thread.ofVirtual().start(() -> hangUpOnAnythingButYamux(server));
      var failure =
          catchThrowableOfType(
              StartFailure.class,
              () -> host.start(saying("1|1|unix|" + socket + "|grpc||true").build()).close());
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.MULTIPLEXING_ONLY);
      assertThat(failure.fact())
          .isEqualTo(
              "it insists on a multiplexed connection, which this host does not speak and did not"
                  + " ask for");
    }
  }

  /** As that library does: a frame begins with its version, which is 0. */
  private static void hangUpOnAnythingButYamux(ServerSocketChannel server) {
    try {
      while (true) {
        try (var connection = server.accept()) {
          var first = ByteBuffer.allocate(1);
          if (connection.read(first) == 1 && first.get(0) == 0) {
            return;
          }
        }
      }
    } catch (IOException e) {
      return; // the end of the test
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-keyalg EC -groupname secp384r1, false",
    "-keyalg EC -groupname secp521r1, true",
    "-keyalg RSA -keysize 2048, true"
  })
  void certificateOfAnotherKind_isTheOneThatIsTrusted(String kind, boolean padded)
      throws Exception {
    var theirs = Identities.made(folder, kind);
    var encoder = padded ? Base64.getEncoder() : Base64.getEncoder().withoutPadding();
    var field = encoder.encodeToString(theirs.certificate().getEncoded());
    var starting = startUnderAutoMtls(field);
    try (var _ = serve(Security.of(theirs, hostCertificate()));
        var plugin = starting.get(60, SECONDS)) {
      assertThat(plugin.tls())
          .hasValueSatisfying(
              peer -> assertThat(peer.certificate()).isEqualTo(theirs.certificate()));
      assertThat(plugin.health(SOON)).isEqualTo(Health.SERVING);
    }
  }

  @Test
  void pluginThatSpeaksTls12_isSpokenTo() throws Exception {
    var theirs = OneTimeIdentity.generate();
    var starting = startUnderAutoMtls(theirs.lineField());
    try (var _ = serve(Security.of(theirs, hostCertificate(), List.of("TLSv1.2")));
        var plugin = starting.get(60, SECONDS)) {
      assertThat(plugin.tls())
          .hasValueSatisfying(peer -> assertThat(peer.protocol()).isEqualTo("TLSv1.2"));
      assertThat(plugin.health(SOON)).isEqualTo(Health.SERVING);
    }
  }

  @Test
  void olderTls_isNotOffered() {
    var own = OneTimeIdentity.generate();
    var security = Security.of(own, own.certificate());
    var allocator = UnpooledByteBufAllocator.DEFAULT;
    for (var context : List.of(security.client(), security.server())) {
      assertThat(context.newEngine(allocator).getEnabledProtocols())
          .containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
    }
  }

  @Test
  void privateKeyOfTheHost_isNowhereButInItsMemory() throws Exception {
    var theirs = OneTimeIdentity.generate();
    var starting = startUnderAutoMtls(theirs.lineField());
    var given = environmentUnderAutoMtls();
    assertThat(given).doesNotContain("PRIVATE");
    var ours = hostCertificate(given);
    try (var _ = serve(Security.of(theirs, ours));
        var plugin = starting.get(60, SECONDS);
        var files = Files.walk(sockets)) {
      assertThat(plugin.tls()).isPresent();
      for (var file :
          files.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS)).toList()) {
        // What says who owns the folder; a key in whatever form takes more.
        assertThat(Files.size(file)).isLessThan(100);
      }
    }
  }

  private FutureTask<RunningPlugin> startUnderAutoMtls(String field) {
    var starting =
        new FutureTask<>(
            () ->
                host.start(
                    launch("serves-once-served")
                        .autoMtls(true)
                        .startTimeout(Duration.ofSeconds(60))
                        .environment(environment(Map.of("CERTIFICATE", field)))
                        .build()));
    Thread.ofVirtual().start(starting);
    return starting;
  }

  /** What the plugin was given, once it runs. */
  private X509Certificate hostCertificate() throws Exception {
    return hostCertificate(environmentUnderAutoMtls());
  }

  private static X509Certificate hostCertificate(String variables) throws Exception {
    int at = variables.indexOf(CERTIFICATE) + CERTIFICATE.length();
    return PeerCertificate.fromPem(variables.substring(at, variables.indexOf('\0', at)));
  }

  /** Of one look: while a process becomes another program, there is none to be seen. */
  private String environmentUnderAutoMtls() throws IOException {
    while (true) {
      for (long pid : alive()) {
        var variables = environmentOf(pid);
        if (variables.contains(CERTIFICATE)) {
          return variables;
        }
      }
      Thread.onSpinWait();
    }
  }

  private static String environmentOf(long pid) throws IOException {
    return Files.readString(Path.of("/proc/" + pid + "/environ"));
  }
}
