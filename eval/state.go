package eval

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// state keeps records as they come beside the report that they will go into,
// so that a run that was stopped goes on where it was. The first line says
// what the run is; a file of another run is started anew.
type state struct {
	file *os.File // nil when nothing is kept
	done map[key]Record
}

type key struct{ dataset, id, strategy string }

func (r Record) key() key { return key{r.Dataset, r.ID, r.Strategy} }

// openState reads what an earlier run left at path; "" keeps nothing.
func openState(path, run string) (*state, error) {
	s := &state{done: map[key]Record{}}
	if path == "" {
		return s, nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	s.file = f
	kept, err := s.read(run)
	if err == nil && kept == 0 {
		kept, err = s.begin(run)
	}
	if err == nil {
		err = f.Truncate(kept)
	}
	if err == nil {
		_, err = f.Seek(kept, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", path, err), f.Close())
	}
	return s, nil
}

// read takes the records of the same run and returns how many bytes they take;
// a line that was cut off is left out.
func (s *state) read(run string) (kept int64, err error) {
	in := bufio.NewReader(s.file)
	for first := true; ; first = false {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return kept, nil
		}
		if err != nil {
			return 0, err
		}
		if first {
			if string(bytes.TrimSpace(line)) != strconv.Quote(run) {
				return 0, nil
			}
		} else {
			var r Record
			if json.Unmarshal(line, &r) != nil {
				return kept, nil
			}
			s.done[r.key()] = r
		}
		kept += int64(len(line))
	}
}

func (s *state) begin(run string) (int64, error) {
	n, err := s.file.WriteAt([]byte(strconv.Quote(run)+"\n"), 0)
	return int64(n), err
}

func (s *state) has(k key) bool {
	_, ok := s.done[k]
	return ok
}

// save keeps a record.
func (s *state) save(r Record) error {
	s.done[r.key()] = r
	if s.file == nil {
		return nil
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = s.file.Write(append(line, '\n'))
	return err
}

func (s *state) close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// Identify describes a run by what it asks, which can be written as JSON, the
// models and prompts that read and judge, and the program itself: two runs of
// the same description give the same records.
func (a Host) Identify(what any) (string, error) {
	h := sha256.New()
	judge := a.judge()
	readers := []string{a.Model, judge.Name(), promptsOf(judge)}
	if err := json.NewEncoder(h).Encode(map[string]any{"run": what, "models": readers}); err != nil {
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(self)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("footnote eval %x", h.Sum(nil)), nil
}

// writeJSON replaces path in one step, so that it never holds half a report.
func writeJSON(path string, r Report) error {
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(append(data, '\n'))
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
