package dev.cvt.plugin.tests.echo;

import com.google.protobuf.Message;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.tests.peers.Home;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.RecordingAuditSink;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** This project's manager. */
final class OurHost implements EchoHost {

  private final Manager manager;
  private final RecordingAuditSink audit;
  private final PluginLogTap log;

  private OurHost(Manager manager, RecordingAuditSink audit, PluginLogTap log) {
    this.manager = manager;
    this.audit = audit;
    this.log = log;
  }

  /** Starts what the home's config says. */
  static OurHost start(Home home) throws InterruptedException {
    var config = Config.reader().home(home.folder()).env(Map.of()).read(home.configYaml());
    var audit = AuditSink.recording();
    var log = PluginLogTap.open("echo");
    var manager = Manager.builder(config).discovery(false).audit(audit).build();
    try {
      manager.start();
    } catch (RuntimeException | InterruptedException e) {
      manager.close();
      log.close();
      throw e;
    }
    return new OurHost(manager, audit, log);
  }

  @Override
  public Outcome call(Message request) {
    try {
      Optional<? extends Message> answer =
          switch (request) {
            case FetchSchemaRequest r -> manager.hooks().fetchSchema(r);
            case RegisterConsumerUsageRequest r ->
                Optional.of(manager.hooks().registerConsumerUsage(r));
            case BreakingChangeDetectedRequest r ->
                Optional.of(manager.hooks().onBreakingChangeDetected(r));
            case ValidationFailedRequest r -> Optional.of(manager.hooks().onValidationFailed(r));
            default -> throw new AssertionError("no hook for " + request);
          };
      return answer.<Outcome>map(Outcome.Answer::new).orElseGet(Outcome.NoAnswer::new);
    } catch (Manager.CallFailed e) {
      return new Outcome.Failed(e.code(), String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Running running() {
    var handle = manager.handle("echo").orElseThrow();
    return new Running(handle.reportedVersion(), handle.sha256(), handle.pid(), handle.services());
  }

  @Override
  public List<LogRecord> log() {
    return log.records();
  }

  @Override
  public List<Audited> audit() {
    return audit.records().stream()
        .map(
            record ->
                new Audited(
                    record.kind().text(),
                    record.plugin(),
                    record.reportedVersion(),
                    record.sha256(),
                    record.pid(),
                    record.requestId(),
                    record.service(),
                    record.method(),
                    record.outcome().text(),
                    record.errorCode()))
        .toList();
  }

  @Override
  public void close() {
    manager.close();
    log.close();
  }
}
