package document

import (
	"strings"
	"testing"
)

func TestDetectLanguage(t *testing.T) {
	for want, text := range map[string]string{
		"en":  "The keeper of the lighthouse wrote down every ship that passed during the storm. ",
		"de":  "Der Wärter des Leuchtturms schrieb während des Sturms jedes Schiff auf, das vorbeifuhr. ",
		"fr":  "Le gardien du phare notait chaque navire qui passait pendant la tempête de cette nuit. ",
		"zh":  "灯塔看守人记录了暴风雨中经过的每一艘船。",
		"ja":  "灯台守は嵐の間に通り過ぎたすべての船を書き留めました。",
		"th":  "ผู้ดูแลประภาคารจดบันทึกเรือทุกลำที่แล่นผ่านในช่วงพายุ",
		"ar":  "سجل حارس المنارة كل سفينة مرت أثناء العاصفة في تلك الليلة. ",
		"und": "12.5 | 17.3 | 20 | 8",
	} {
		t.Run(want, func(t *testing.T) {
			for _, times := range []int{1, 20, 500} {
				if got := DetectLanguage(strings.Repeat(text, times)); got != want && times > 1 {
					t.Errorf("%d times: %q", times, got)
				}
			}
		})
	}
}
