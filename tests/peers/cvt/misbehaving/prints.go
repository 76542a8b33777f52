package main

import (
	"os"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/types/known/emptypb"
)

const (
	printed = 1 << 10  // bytes with each schema that is asked for
	piece   = 1 << 10  // bytes that are streamed at once
	little  = 16 << 10 // what "streams-its-first-prints-alone" streams
	room    = 64 << 10 // what "prints" holds for a reader, where others have a pipe
)

// capturePrints takes this process's own output, as go-plugin's library does after the line: into a
// pipe, which "prints" alone empties whether or not somebody fetches.
func (p *plugin) capturePrints() {
	if !p.is("prints", "streams-its-first-prints-alone", "keeps-its-prints-for-a-reader") {
		return
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		p.end(1)
	}
	os.Stdout = writer
	p.prints = make(chan []byte, room/piece)
	if !p.is("prints") {
		p.prints = make(chan []byte)
	}
	go func() {
		for {
			data := make([]byte, piece)
			n, err := reader.Read(data)
			if err != nil {
				return
			}
			p.hand(data[:n])
		}
	}()
}

func (p *plugin) hand(data []byte) {
	if !p.is("prints") {
		p.prints <- data
		return
	}
	select {
	case p.prints <- data:
	default: // nobody fetches, and nobody has to wait for that
	}
}

func (p *plugin) print() {
	if p.prints != nil {
		_, _ = os.Stdout.WriteString(strings.Repeat("p", printed-1) + "\n")
	}
}

// streamPrints sends pieces until whoever fetches has gone. A piece is a number, the channel, and
// bytes; as the fields of no message that is known here, they go over the wire all the same.
func (p *plugin) streamPrints(stream grpc.ServerStream) error {
	for sent := 0; ; {
		if p.is("streams-its-first-prints-alone") && sent >= little {
			<-stream.Context().Done()
			return nil
		}
		select {
		case data := <-p.prints:
			var fields []byte
			fields = protowire.AppendTag(fields, 1, protowire.VarintType)
			fields = protowire.AppendVarint(fields, 1)
			fields = protowire.AppendTag(fields, 2, protowire.BytesType)
			fields = protowire.AppendBytes(fields, data)
			message := &emptypb.Empty{}
			message.ProtoReflect().SetUnknown(fields)
			if err := stream.SendMsg(message); err != nil {
				return err
			}
			sent += len(data)
		case <-stream.Context().Done():
			return nil
		}
	}
}
