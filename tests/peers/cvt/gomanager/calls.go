package main

import (
	"context"
	"encoding/json"
	"reflect"
	"sync"
	"time"

	"github.com/sahina/cvt/internal/pluginmgr"
	"github.com/sahina/cvt/pkg/cvt"
	eventspb "github.com/sahina/cvt/pkg/cvtplugin/pb/events/v1"
	registrypb "github.com/sahina/cvt/pkg/cvtplugin/pb/registry/v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// outcome is one hook call as its caller saw it. Response is null where the hook gave none.
type outcome struct {
	OK       bool            `json:"ok"`
	Response json.RawMessage `json:"response,omitempty"`
	Code     string          `json:"code,omitempty"`    // as Go spells it
	Message  string          `json:"message,omitempty"` // of the status
	Error    string          `json:"error,omitempty"`   // the whole error
}

// call makes one hook call; request is the message in protobuf's JSON form.
func call(ctx context.Context, hooks cvt.Hooks, hook string, request json.RawMessage) (outcome, error) {
	switch hook {
	case pluginmgr.HookFetchSchema:
		return through(ctx, request, &registrypb.FetchSchemaRequest{}, hooks.FetchSchema)
	case pluginmgr.HookRegisterConsumerUsage:
		return through(ctx, request, &registrypb.RegisterConsumerUsageRequest{}, hooks.RegisterConsumerUsage)
	case pluginmgr.HookOnBreakingChangeDetected:
		return through(ctx, request, &eventspb.BreakingChangeDetectedRequest{}, hooks.OnBreakingChangeDetected)
	case pluginmgr.HookOnValidationFailed:
		return through(ctx, request, &eventspb.ValidationFailedRequest{}, hooks.OnValidationFailed)
	}
	return outcome{}, unknownHook(hook)
}

func through[Q, A proto.Message](
	ctx context.Context, text json.RawMessage, request Q, method func(context.Context, Q) (A, error),
) (outcome, error) {
	if len(text) > 0 {
		if err := protojson.Unmarshal(text, request); err != nil {
			return outcome{}, err
		}
	}
	answer, err := method(ctx, request)
	if err != nil {
		known := status.Convert(err)
		return outcome{Code: known.Code().String(), Message: known.Message(), Error: err.Error()}, nil
	}
	if reflect.ValueOf(answer).IsNil() {
		return outcome{OK: true, Response: json.RawMessage("null")}, nil
	}
	shown, err := protojson.MarshalOptions{UseProtoNames: true, EmitUnpopulated: true}.Marshal(answer)
	return outcome{OK: true, Response: shown}, err
}

// hookCalls is what became of all calls of one hook.
type hookCalls struct {
	Hook   string         `json:"hook"`
	OK     int            `json:"ok"`
	Failed int            `json:"failed"`
	Codes  map[string]int `json:"codes"` // of the failed ones
	First  outcome        `json:"first"` // of one caller
	MS     float64        `json:"ms"`    // all of them, wall clock
}

func startCall(args []string) error {
	set, at := flags("start-call")
	count := set.Int("n", 1, "calls of each hook")
	callers := set.Int("c", 1, "callers at once")
	schema := set.String("schema-id", "pets", "schema_id of the requests")
	request := set.String("request-id", "", "request_id of the requests")
	audit := set.String("audit", "", "file for zap's audit lines")
	log := set.String("log", "", "file for zap's log lines, the plugins' included")
	if err := parse(set, args); err != nil {
		return err
	}
	hooks := set.Args()
	if len(hooks) == 0 {
		hooks = []string{
			pluginmgr.HookFetchSchema, pluginmgr.HookRegisterConsumerUsage,
			pluginmgr.HookOnBreakingChangeDetected, pluginmgr.HookOnValidationFailed,
		}
	}
	made, err := open(at, *audit, *log, true)
	if err != nil {
		return err
	}
	defer made.close()
	text, _ := json.Marshal(map[string]string{"schema_id": *schema, "request_id": *request})

	begin := time.Now()
	if err := made.start(); err != nil {
		return err
	}
	report := map[string]any{"start_ms": since(begin), "handles": made.handles()}
	var all []hookCalls
	for _, hook := range hooks {
		one, err := many(made.hooks, hook, text, *count, *callers)
		if err != nil {
			return err
		}
		all = append(all, one)
	}
	report["hooks"] = all
	report["audit"] = made.records.all()
	if report["metrics"], err = made.exposition(); err != nil {
		return err
	}
	begin = time.Now()
	made.manager.Stop()
	report["stop_ms"] = since(begin)
	return printLine(report)
}

func many(hooks cvt.Hooks, hook string, text json.RawMessage, count, callers int) (hookCalls, error) {
	result := hookCalls{Hook: hook, Codes: map[string]int{}}
	var mu sync.Mutex
	var wait sync.WaitGroup
	var failure error
	work := make(chan int)
	begin := time.Now()
	for range callers {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for number := range work {
				got, err := call(context.Background(), hooks, hook, text)
				mu.Lock()
				if err != nil {
					failure = err
				}
				if number == 0 {
					result.First = got
				}
				if got.OK {
					result.OK++
				} else {
					result.Failed++
					result.Codes[got.Code]++
				}
				mu.Unlock()
			}
		}()
	}
	for number := range count {
		work <- number
	}
	close(work)
	wait.Wait()
	result.MS = since(begin)
	return result, failure
}
