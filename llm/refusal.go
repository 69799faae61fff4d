package llm

import "errors"

// Refusal says in a clause for people what a server answered in place of
// vectors or of a reply, "refused the API key"; "" where it did not answer, or
// nothing is known. It names no address.
func Refusal(err error) string {
	for _, r := range []struct {
		err    error
		clause string
	}{
		{ErrUnavailable, ""},
		{ErrCredentials, "refused the API key"},
		{ErrUnknownModel, "does not know the model"},
		{ErrRateLimited, "is asked too often"},
		{ErrBadReply, "sent what cannot be used"},
		{ErrRejected, "rejected the request"},
	} {
		if errors.Is(err, r.err) {
			return r.clause
		}
	}
	return ""
}
