package graph

import "golang.org/x/sys/cpu"

// kernels are those that this processor can run, by name.
func kernels() map[string]kernel {
	all := map[string]kernel{"plain": plain()}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		all["AVX2"] = narrow()
	}
	if cpu.X86.HasAVX512F {
		all["AVX-512"] = wide()
	}
	return all
}
