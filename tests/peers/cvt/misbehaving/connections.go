package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net"
	"sync"
	"time"
)

// identity is this side of AutoMTLS.
type identity struct {
	field string
	tls   *tls.Config
}

func identityFor(host string) *identity {
	if host == "" {
		return nil
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM([]byte(host))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: "localhost"},
		DNSNames:              []string{"localhost"},
		NotBefore:             time.Now().Add(-time.Minute),
		NotAfter:              time.Now().Add(time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return &identity{
		field: base64.RawStdEncoding.EncodeToString(der),
		tls: &tls.Config{
			Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
			ClientAuth:   tls.RequireAndVerifyClientCert,
			ClientCAs:    trusted,
			MinVersion:   tls.VersionTLS12,
			NextProtos:   []string{"h2"},
		},
	}
}

// gate is the listener, with the fault of the mode, and TLS where it was asked for.
type gate struct {
	net.Listener
	plugin *plugin
	mu     sync.Mutex // held by the one connection of the mode that has one at a time
}

func (g *gate) Accept() (net.Conn, error) {
	p := g.plugin
	if p.is("one-connection-at-a-time") {
		g.mu.Lock()
	}
	conn, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	peeked := &peekedConn{Conn: conn, reader: bufio.NewReader(conn), gate: g}
	if p.is("waits-for-each-to-speak") {
		_, _ = peeked.reader.Peek(1)
	}
	if p.identity == nil || p.is("serves-plain-text-too") && !peeked.speaksTLS() {
		return peeked, nil
	}
	switch p.mode {
	case "trusts-anybody":
		p.identity.tls.ClientAuth = tls.RequestClientCert
	case "trusts-any-certificate":
		p.identity.tls.ClientAuth = tls.RequireAnyClientCert
	}
	return tls.Server(peeked, p.identity.tls), nil
}

type peekedConn struct {
	net.Conn
	reader *bufio.Reader
	gate   *gate
	begun  bool
	once   sync.Once
}

func (c *peekedConn) speaksTLS() bool {
	const handshake = 0x16
	first, err := c.reader.Peek(1)
	return err == nil && first[0] == handshake
}

func (c *peekedConn) Read(into []byte) (int, error) {
	if !c.begun && c.gate.plugin.is("dies-of-garbage") && c.gate.plugin.identity == nil {
		if first, err := c.reader.Peek(3); err == nil && string(first) != "PRI" {
			c.gate.plugin.end(2)
		}
	}
	c.begun = true
	return c.reader.Read(into)
}

func (c *peekedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() {
		switch {
		case c.gate.plugin.is("one-connection-at-a-time"):
			c.gate.mu.Unlock()
		case c.gate.plugin.is("ends-with-its-connection"):
			c.gate.plugin.end(0)
		}
	})
	return err
}
