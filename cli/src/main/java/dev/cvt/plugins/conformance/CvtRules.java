package dev.cvt.plugins.conformance;

import static dev.cvt.plugins.conformance.Rule.must;
import static dev.cvt.plugins.conformance.Rule.should;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.handshake.v1.InfoResponse;
import dev.cvt.plugin.registry.v1.EndpointUsage;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugins.conformance.Rule.Need;
import dev.cvt.plugins.conformance.Rule.Source;
import dev.cvt.plugins.conformance.Rule.Stage;
import dev.cvt.plugins.conformance.Rule.Text;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What CVT's plugins answer for besides: who they are, and their services. */
final class CvtRules {
  private static final Set<Need> CVT = Set.of(Need.LINE, Need.CVT);
  private static final Set<Need> REGISTRY = Set.of(Need.LINE, Need.CVT, Need.REGISTRY);
  private static final int MIB = 1 << 20;

  private static final Map<String, List<String>> METHODS =
      Map.of(
          Protocol.REGISTRY, List.of(Protocol.FETCH, Protocol.REGISTER),
          Protocol.EVENTS, List.of(Protocol.BREAKING, Protocol.INVALID));

  private CvtRules() {}

  static List<Rule> all() {
    return List.of(
        must(
            "info",
            Source.CVT,
            Stage.FIRST,
            CVT,
            new Text(
                "says its name and its version",
                "PluginHandshake/Info is CVT's first question; logs, metrics and audit records"
                    + " carry the answer"),
            CvtRules::info),
        must(
            "info-version",
            Source.CVT,
            Stage.FIRST,
            CVT,
            new Text(
                "says version 1 of CVT's protocol",
                "CVT refuses to start a plugin that says another"),
            t ->
                Verdict.of(
                    answered(t).getProtocolVersion() == 1,
                    "protocol_version " + answered(t).getProtocolVersion())),
        must(
            "info-services",
            Source.CVT,
            Stage.FIRST,
            CVT,
            new Text(
                "declares each service once, by a name",
                "registry.v1 and events.v1 are used; others are read over"),
            CvtRules::services),
        must(
            "cvt-health",
            Source.CVT,
            Stage.RESIDENT,
            CVT,
            new Text(
                "is SERVING by PluginHandshake/Health",
                "its author decides, and it is good where nobody says otherwise"),
            CvtRules::health),
        must(
            "services-answer",
            Source.CVT,
            Stage.RESIDENT,
            CVT,
            new Text(
                "implements something of each service that it declares",
                "CVT binds hooks to what is declared"),
            CvtRules::declaredAnswer),
        should(
            "services-declared",
            Source.CVT,
            Stage.RESIDENT,
            CVT,
            new Text("declares each service that it implements", "CVT never calls one that is not"),
            CvtRules::undeclaredSilent),
        must(
            "empty-requests",
            Source.CVT,
            Stage.RESIDENT,
            CVT,
            new Text(
                "survives requests without any field set",
                "an error is an answer; the process lives on"),
            t -> everyMethod(t, "")),
        must(
            "odd-requests",
            Source.CVT,
            Stage.RESIDENT,
            CVT,
            new Text(
                "survives ids of a MiB, with NUL and with emoji",
                "ids come from whoever calls CVT, and the process lives on"),
            t -> everyMethod(t, "\0\ud83d\ude40../" + "x".repeat(MIB))),
        should(
            "fetch-version",
            Source.CVT,
            Stage.RESIDENT,
            REGISTRY,
            new Text(
                "names the version of a schema that it gives",
                "an empty version in the request asks for the latest, and its caller wants to know"
                    + " which that is"),
            CvtRules::resolved),
        must(
            "register-again",
            Source.CVT,
            Stage.RESIDENT,
            REGISTRY,
            new Text(
                "answers the same registration twice alike",
                "registering is an upsert, and hosts try again"),
            CvtRules::again));
  }

  private static Verdict info(Trial trial) throws InterruptedException {
    var info = answered(trial);
    return Verdict.of(
        !info.getName().isBlank() && !info.getVersion().isBlank(),
        "name \"" + info.getName() + "\", version \"" + info.getVersion() + "\"");
  }

  private static InfoResponse answered(Trial trial) throws InterruptedException {
    var first = trial.first();
    return first
        .info()
        .orElseThrow(
            () ->
                new Breach(
                    "Info: "
                        + first
                            .infoStatus()
                            .map(Status::getCode)
                            .map(code -> code == Status.Code.OK ? "no such message" : "" + code)
                            .orElse("not asked")));
  }

  private static Verdict services(Trial trial) throws InterruptedException {
    var services = answered(trial).getServicesList();
    return Verdict.of(
        services.stream().noneMatch(String::isBlank)
            && new HashSet<>(services).size() == services.size(),
        services.toString());
  }

  private static Verdict health(Trial trial) throws InterruptedException {
    var reply =
        trial.resident().calls().call(Protocol.CVT_HEALTH, Protocol.empty(), trial.patience());
    return Verdict.of(
        reply.ok() && Wire.number(reply.bytes(), 1).filter(s -> s == Protocol.SERVING).isPresent(),
        reply.ok() ? "status " + Wire.number(reply.bytes(), 1).orElse(0) : reply.words());
  }

  private static Verdict declaredAnswer(Trial trial) throws InterruptedException {
    var silent = new ArrayList<String>();
    for (var service : METHODS.keySet()) {
      if (trial.first().declares(service) && !implemented(trial, service)) {
        silent.add(service);
      }
    }
    return Verdict.keptIf(silent.isEmpty(), "every method of " + silent + " is UNIMPLEMENTED");
  }

  private static Verdict undeclaredSilent(Trial trial) throws InterruptedException {
    var hidden = new ArrayList<String>();
    for (var service : METHODS.keySet()) {
      if (!trial.first().declares(service) && implemented(trial, service)) {
        hidden.add(service);
      }
    }
    return Verdict.keptIf(hidden.isEmpty(), hidden + " answers and is not declared");
  }

  private static boolean implemented(Trial trial, String service) throws InterruptedException {
    for (var method : METHODS.getOrDefault(service, List.of())) {
      var reply =
          trial
              .resident()
              .calls()
              .call(method, request(method, trial.subject().schemaId()), trial.patience());
      if (reply.status().getCode() != Status.Code.UNIMPLEMENTED) {
        return true;
      }
    }
    return false;
  }

  /** What a method is asked, with one text wherever there is room for an id. */
  private static ByteString request(String method, String id) {
    return (switch (method) {
          case Protocol.FETCH ->
              FetchSchemaRequest.newBuilder().setSchemaId(id).setRequestId("conformance").build();
          case Protocol.REGISTER ->
              RegisterConsumerUsageRequest.newBuilder()
                  .setConsumerId("conformance")
                  .setSchemaId(id)
                  .addEndpoints(EndpointUsage.newBuilder().setMethod("GET").setPath("/" + id))
                  .build();
          case Protocol.BREAKING ->
              BreakingChangeDetectedRequest.newBuilder().setSchemaId(id).build();
          case Protocol.INVALID -> ValidationFailedRequest.newBuilder().setSchemaId(id).build();
          default -> throw new IllegalArgumentException("no request for " + method);
        })
        .toByteString();
  }

  private static Verdict everyMethod(Trial trial, String id) throws InterruptedException {
    for (var service : METHODS.entrySet()) {
      for (var method : trial.first().declares(service.getKey()) ? service.getValue() : NONE) {
        var request = id.isEmpty() ? Protocol.empty() : request(method, id);
        var served = trial.resident();
        var reply = served.calls().call(method, request, trial.patience());
        if (!reply.answered()) {
          return new Verdict.Broken(
              method.substring(method.indexOf('/') + 1)
                  + ": "
                  + reply.words()
                  + served.guest().lastWords());
        }
      }
    }
    return Verdict.kept();
  }

  private static final List<String> NONE = List.of();

  private static Verdict resolved(Trial trial) throws InterruptedException {
    var id = trial.subject().schemaId();
    var reply =
        trial
            .resident()
            .calls()
            .call(Protocol.FETCH, request(Protocol.FETCH, id), trial.patience());
    if (!reply.ok()) {
      return new Verdict.NotApplicable(
          "it gives no schema \"" + id + "\" (" + reply.status().getCode() + "): --schema ID");
    }
    try {
      var version = FetchSchemaResponse.parseFrom(reply.bytes()).getResolvedVersion();
      return Verdict.of(!version.isEmpty(), "resolved_version \"" + version + "\"");
    } catch (InvalidProtocolBufferException e) {
      return new Verdict.Broken("its answer is no such message");
    }
  }

  private static Verdict again(Trial trial) throws InterruptedException {
    var request = request(Protocol.REGISTER, trial.subject().schemaId());
    var calls = trial.resident().calls();
    var once = calls.call(Protocol.REGISTER, request, trial.patience());
    var twice = calls.call(Protocol.REGISTER, request, trial.patience());
    return Verdict.of(
        once.status().getCode() == twice.status().getCode()
            && Wire.number(once.bytes(), 1).equals(Wire.number(twice.bytes(), 1)),
        "first " + told(once) + ", then " + told(twice));
  }

  private static String told(Calls.Reply reply) {
    return reply.ok()
        ? "acknowledged=" + Wire.number(reply.bytes(), 1).filter(ack -> ack == 1).isPresent()
        : reply.words();
  }
}
