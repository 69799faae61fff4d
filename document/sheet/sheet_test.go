package sheet_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"footnote/document"
	"footnote/document/archive"
	"footnote/document/sheet"
)

func finish(t *testing.T, b *document.Builder) *document.Document {
	t.Helper()
	d, err := b.Document()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestReadCSV(t *testing.T) {
	for _, c := range []struct {
		name, source, want string
		heads              int
	}{
		{"commas", "kind,light\ncommon,green\n", "kind | light\ncommon | green", 1},
		{"semicolons with decimal commas", "kind;seconds\ncommon;3,0\nreed;1,8\n", "kind | seconds\ncommon | 3,0\nreed | 1,8", 1},
		{"tabs", "a\tb\n1\t2\n", "a | b\n1 | 2", 1},
		{"a delimiter that the file names", "sep=|\na|b\n1|2\n", "a | b\n1 | 2", 1},
		{"a delimiter that cannot be one is a row", "sep=\"\na,b\n1,2\n", "sep=\"\n\na | b\n1 | 2", 1},
		{"quoted cells with line ends", "a,b\n\"one\ntwo\",3\n", "a | b\none two | 3", 1},
		{"no heads where the first row has figures", "common,3.0\nreed,1.8\n", "common | 3.0\nreed | 1.8", 0},
		{"years may be heads", "route,2030,2031\nSkarn,1,2\n", "route | 2030 | 2031\nSkarn | 1 | 2", 1},
		{"wrong quotes are read as well as can be", "a,b\nx\"y,2\n", "a | b\nx\"y | 2", 1},
		{"an unclosed quote does not swallow the table", "a,b\n\"x,0\n" + strings.Repeat("y,1\n", 300), "a | b\nx | 0" + strings.Repeat("\ny | 1", 300), 1},
		{"rows of different lengths", "a,b,c\n1\n1,2,3,4\n", "a | b | c\n1\n1 | 2 | 3 | 4", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := document.NewBuilder()
			if err := sheet.ReadCSV(context.Background(), b, c.source); err != nil {
				t.Fatal(err)
			}
			d := finish(t, b)
			if diff := cmp.Diff(c.want, d.Text); diff != "" {
				t.Error(diff)
			}
			if len(d.Tables) != 1 || d.Tables[0].Heads != c.heads {
				t.Errorf("tables %+v; want %d heads", d.Tables, c.heads)
			}
		})
	}
}

func readXLSX(t *testing.T, fill func(*excelize.File) error, b *document.Builder) error {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := fill(f); err != nil {
		t.Fatal(err)
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	r := bytes.NewReader(buf.Bytes())
	a, err := archive.Open(r, r.Size(), archive.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return sheet.ReadXLSX(context.Background(), b, a, r, nil)
}

func TestReadXLSXFormatsValuesAndPartsTables(t *testing.T) {
	b := document.NewBuilder()
	err := readXLSX(t, func(f *excelize.File) error {
		percent, err := f.NewStyle(&excelize.Style{NumFmt: 10})
		if err != nil {
			return err
		}
		return errors.Join(
			f.SetCellValue("Sheet1", "C2", "On time in 2031"),
			f.SetSheetRow("Sheet1", "C4", &[]any{"Route", "Share"}),
			f.SetSheetRow("Sheet1", "C5", &[]any{"Skarn", 0.918}),
			f.SetCellStyle("Sheet1", "D5", "D5", percent),
			f.SetSheetRow("Sheet1", "C8", &[]any{"Ship", "Built"}),
			f.SetSheetRow("Sheet1", "C9", &[]any{"Tern", 2029}),
			f.SetSheetName("Sheet1", "Routes"),
		)
	}, b)
	if err != nil {
		t.Fatal(err)
	}
	d := finish(t, b)
	want := "Routes\n\nOn time in 2031\n\nRoute | Share\nSkarn | 91.80%\n\nShip | Built\nTern | 2029"
	if diff := cmp.Diff(want, d.Text); diff != "" {
		t.Error(diff)
	}
	if len(d.Tables) != 2 || d.Sections[1].Heading != "Routes" {
		t.Errorf("%+v %+v", d.Tables, d.Sections)
	}
}

func TestReadXLSXStopsAtTheLimitOfText(t *testing.T) {
	b := document.NewBuilder()
	b.Limit(10_000)
	err := readXLSX(t, func(f *excelize.File) error {
		long := strings.Repeat("x", 1000) // kept once in the file
		for i := 1; i <= 100; i++ {
			cell, err := excelize.CoordinatesToCellName(1, i)
			if err != nil {
				return err
			}
			if err := f.SetCellValue("Sheet1", cell, long); err != nil {
				return err
			}
		}
		return nil
	}, b)
	if !errors.Is(err, document.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}
