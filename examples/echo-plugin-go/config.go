package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sort"
	"strings"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// config is what the host delivered before the first call.
type config struct {
	mu     sync.Mutex
	values map[string]string
	order  []string
}

// SetConfig keeps one pair; the keys `delay` and `refuse` steer their own delivery.
func (c *config) SetConfig(ctx context.Context, key, value string) error {
	switch key {
	case "delay":
		wait, err := parseWait(value)
		if err != nil {
			return status.Error(codes.InvalidArgument, "delay: "+value)
		}
		if err := pause(ctx, wait); err != nil {
			return err
		}
	case "refuse":
		return status.Error(codes.InvalidArgument, value)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.values[key] = value
	c.order = append(c.order, key)
	return nil
}

// delivered lists the keys in the order of their delivery.
func (c *config) delivered() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.order...)
}

// json is the object of all pairs, with a digest in the place of each secret.
func (c *config) json() string {
	c.mu.Lock()
	shown := map[string]string{}
	for key, value := range c.values {
		if key == "token" || strings.HasSuffix(key, "_secret") {
			sum := sha256.Sum256([]byte(value))
			key, value = key+"_sha256", hex.EncodeToString(sum[:])
		}
		shown[key] = value
	}
	c.mu.Unlock()
	keys := make([]string, 0, len(shown))
	for key := range shown {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	pairs := make([]string, 0, len(keys))
	for _, key := range keys {
		pairs = append(pairs, quote(key)+":"+quote(shown[key]))
	}
	return "{" + strings.Join(pairs, ",") + "}"
}
