package main

// known are the names of the scripts: "behaves", and one for each fault.
var known = map[string]bool{
	"behaves": true,
	// how it starts
	"serves-without-cookie": true, "takes-any-cookie": true, "exits-0-without-cookie": true,
	"silent-without-cookie": true, "takes-the-first-version": true, "claims-any-version": true,
	"needs-versions": true,
	// its line
	"prints-before-line": true, "line-without-end": true, "line-of-eight-fields": true, "line-of-core-2": true,
	"line-of-version-7": true, "line-without-protocol": true, "line-with-certificate": true,
	"line-with-multiplexing": true, "multiplexes-perhaps": true, "socket-elsewhere": true,
	"unlinks-its-socket": true, "serves-on-a-port": true, "serves-on-any-port": true, "dies-after-line": true, "prints-after-line": true, "floods-after-line": true,
	// calls
	"without-health": true, "not-serving": true, "healthy-for-anybody": true, "answers-anything": true,
	"without-stdio": true, "ends-stdio-at-once": true, "fails-stdio": true, "streams-from-channel-7": true,
	"prints": true, "streams-its-first-prints-alone": true, "keeps-its-prints-for-a-reader": true,
	"has-eight-callers-at-most": true, "works-on-after-deadlines": true, "works-on-after-cancelling": true,
	"takes-small-requests": true, "dies-of-oversized-requests": true,
	// hosts
	"ends-with-its-connection": true, "one-connection-at-a-time": true, "waits-for-each-to-speak": true,
	"dies-of-garbage": true, "runs-once": true, "outlives-its-host": true,
	// its end
	"dies-of-sigint": true, "ignores-sigterm": true, "leaves-socket-at-sigterm": true, "ignores-shutdown": true,
	"stops-slowly": true, "exits-3-after-shutdown": true, "leaves-its-socket": true, "leaves-files": true,
	"leaves-children": true, "waits-for-all-calls": true, "cuts-calls": true,
	// TLS
	"ignores-mtls": true, "serves-plain-text-too": true, "trusts-anybody": true, "trusts-any-certificate": true,
	// CVT
	"without-info": true, "nameless": true, "of-protocol-2": true, "declares-twice": true, "unwell": true,
	"implements-no-event": true, "hides-its-events": true, "dies-of-empty-ids": true, "dies-of-odd-ids": true,
	"names-no-version": true, "registers-once": true,
	// configuration and logs
	"refuses-its-config": true, "without-set-config": true, "dies-of-unknown-keys": true,
	"refuses-repetition": true, "logs-its-config": true, "logs-plain-text": true, "logs-json-without-level": true,
}
