package eval

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAReportComesBackAsItWasWritten(t *testing.T) {
	o := options()
	o.Limit = 6
	want, err := Run(t.Context(), o, parts(t))
	if err != nil {
		t.Fatal(err)
	}
	var got Report
	if err := json.Unmarshal([]byte(report(t, want)), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(report(t, want), report(t, got)); diff != "" {
		t.Errorf("the report differs:\n%s", diff)
	}
}
