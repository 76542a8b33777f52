// Command misbehaving is a well-behaved CVT plugin with one fault. Its one argument is the path of
// the script that runs it, whose name says the fault: each such script is a plugin that breaks a
// rule of the conformance run, and the one called "behaves" breaks none. It speaks the protocol
// without go-plugin, which would forbid most of the faults.
package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	cookieKey   = "CVT_PLUGIN_MAGIC_COOKIE"
	cookieValue = "cvt-plugin-v1"
)

// plugin is what a mode changes. The zero value behaves.
type plugin struct {
	mode     string
	folder   string // where its script lies
	listener net.Listener
	socket   string
	identity *identity
	prints   chan []byte // what is printed on the way to whoever fetches it; nil where nothing is
}

func (p *plugin) is(modes ...string) bool {
	for _, mode := range modes {
		if p.mode == mode {
			return true
		}
	}
	return false
}

func main() {
	script := os.Args[len(os.Args)-1]
	p := &plugin{mode: filepath.Base(script), folder: filepath.Dir(script)}
	if !known[p.mode] {
		fmt.Fprintf(os.Stderr, "[ERROR] there is no mode %q\n", p.mode)
		os.Exit(64)
	}
	p.checkCookie()
	p.watch()
	p.listen()
	if !p.is("ignores-mtls") {
		p.identity = identityFor(os.Getenv("PLUGIN_CLIENT_CERT"))
	}
	p.printLine()
	p.capturePrints()
	p.afterLine()
	p.serve()
}

func (p *plugin) checkCookie() {
	cookie := os.Getenv(cookieKey)
	if cookie == cookieValue || p.is("serves-without-cookie") || (p.is("takes-any-cookie") && cookie != "") {
		return
	}
	if !p.is("silent-without-cookie") {
		fmt.Fprintln(os.Stderr, "This is a plugin of CVT's, which starts it.")
	}
	if p.is("exits-0-without-cookie") {
		os.Exit(0)
	}
	os.Exit(1)
}

// watch looks after signals and after the process that started this one.
func (p *plugin) watch() {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	go func() {
		for range interrupts {
			if p.is("dies-of-sigint") {
				p.end(130)
			}
		}
	}()
	terms := make(chan os.Signal, 1)
	signal.Notify(terms, syscall.SIGTERM)
	go func() {
		for range terms {
			switch p.mode {
			case "ignores-sigterm":
			case "leaves-socket-at-sigterm":
				os.Exit(0)
			default:
				p.end(0)
			}
		}
	}()
	if !p.is("outlives-its-host") {
		host := os.Getppid()
		go func() {
			for os.Getppid() == host {
				time.Sleep(50 * time.Millisecond)
			}
			p.end(0)
		}()
	}
}

func (p *plugin) end(code int) {
	if p.socket != "" {
		_ = os.Remove(p.socket)
	}
	os.Exit(code)
}

func (p *plugin) listen() {
	folder := os.Getenv("PLUGIN_UNIX_SOCKET_DIR")
	switch p.mode {
	case "socket-elsewhere":
		folder = p.folder
	case "runs-once":
		// Whoever comes second finds the lock.
		lock, err := os.OpenFile(filepath.Join(p.folder, "runs-once.lock"), os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil || syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
			fmt.Fprintln(os.Stderr, "[ERROR] it runs already")
			os.Exit(1)
		}
	}
	if p.is("serves-on-a-port", "serves-on-any-port") {
		p.listenOnPort()
		return
	}
	p.socket = filepath.Join(folder, "s"+strconv.Itoa(os.Getpid()))
	listener, err := net.Listen("unix", p.socket)
	if err != nil {
		fmt.Fprintln(os.Stderr, "[ERROR]", err)
		os.Exit(1)
	}
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	p.listener = listener
}

// listenOnPort is what go-plugin does on Windows; "serves-on-any-port" asks the system for a port.
func (p *plugin) listenOnPort() {
	first, _ := strconv.Atoi(os.Getenv("PLUGIN_MIN_PORT"))
	last, _ := strconv.Atoi(os.Getenv("PLUGIN_MAX_PORT"))
	if p.is("serves-on-any-port") {
		first, last = 0, 0
	}
	for port := first; port <= last; port++ {
		listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err == nil {
			p.listener = listener
			return
		}
	}
	fmt.Fprintln(os.Stderr, "[ERROR] no port is free")
	os.Exit(1)
}

func (p *plugin) printLine() {
	core, app, protocol, ending := "1", p.version(), "|grpc", "\n"
	certificate, more := "", ""
	if p.identity != nil {
		certificate = p.identity.field
	}
	switch p.mode {
	case "line-of-core-2":
		core = "2"
	case "line-of-version-7":
		app = "7"
	case "line-without-protocol":
		protocol = ""
	case "line-without-end":
		ending = ""
	case "line-with-certificate":
		certificate = strings.Repeat("A", 60)
	case "line-with-multiplexing":
		more = "|true"
	case "line-of-eight-fields":
		more = "||and more"
	case "multiplexes-perhaps":
		if os.Getenv("PLUGIN_MULTIPLEX_GRPC") != "" {
			more = "|perhaps"
		}
	case "prints-before-line":
		fmt.Println("loading")
	}
	if protocol != "" {
		protocol += "|"
	} else {
		certificate = ""
	}
	fmt.Print(core, "|", app, "|", p.listener.Addr().Network(), "|", p.listener.Addr(), protocol, certificate, more, ending)
}

// version is the one that goes into the line.
func (p *plugin) version() string {
	offered := strings.Split(os.Getenv("PLUGIN_PROTOCOL_VERSIONS"), ",")
	switch p.mode {
	case "takes-the-first-version":
		return offered[0]
	case "claims-any-version":
		for _, version := range offered {
			if version == "1" {
				return version
			}
		}
		return offered[0]
	case "needs-versions":
		if offered[0] == "" {
			fmt.Fprintln(os.Stderr, "[ERROR] no version was offered")
			p.end(1)
		}
	}
	return "1"
}

func (p *plugin) afterLine() {
	switch p.mode {
	case "prints-after-line":
		fmt.Println("ready")
	case "floods-after-line":
		go func() {
			text := strings.Repeat("nonsense ", 1000)
			for {
				fmt.Println(text)
			}
		}()
	case "logs-plain-text":
		fmt.Fprintln(os.Stderr, "now it serves")
	case "logs-json-without-level":
		fmt.Fprintln(os.Stderr, `{"msg":"now it serves"}`)
	case "leaves-children":
		child := exec.Command("sleep", "60")
		_ = child.Start()
	case "leaves-files":
		_ = os.WriteFile(filepath.Join(os.Getenv("TMPDIR"), "scratch"), nil, 0o600)
	case "dies-after-line":
		p.end(4)
	case "unlinks-its-socket":
		_ = os.Remove(p.socket)
	default:
		fmt.Fprintln(os.Stderr, `{"@level":"info","@message":"now it serves"}`)
	}
}
