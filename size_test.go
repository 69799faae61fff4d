package main

import (
	"go/ast"
	"testing"
)

// Limits beyond which code is split up.
const (
	maxFile     = 500 // lines
	maxTestFile = 800
	maxFunction = 100
	maxMethods  = 5 // of an interface
)

func TestFilesAndFunctionsAreSmall(t *testing.T) {
	for _, f := range sources(t, ".") {
		if ast.IsGenerated(f.file) {
			continue
		}
		limit := maxFile
		if f.isTest() {
			limit = maxTestFile
		}
		if f.lines > limit {
			t.Errorf("%s has %d lines, at most %d", f.name, f.lines, limit)
		}
		for _, decl := range f.file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1; n > maxFunction {
				t.Errorf("%s: %s has %d lines, at most %d", f.name, fn.Name.Name, n, maxFunction)
			}
		}
	}
}

func TestInterfacesAreSmall(t *testing.T) {
	for _, f := range sources(t, ".") {
		ast.Inspect(f.file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if i, ok := spec.Type.(*ast.InterfaceType); ok && len(i.Methods.List) > maxMethods {
				t.Errorf("%s: %s has %d methods, at most %d", f.name, spec.Name.Name, len(i.Methods.List), maxMethods)
			}
			return true
		})
	}
}

func TestEverythingExportedIsDocumented(t *testing.T) {
	packages := map[string]bool{} // whether there is a package comment
	for _, f := range sources(t, ".") {
		if f.isTest() {
			continue
		}
		packages[f.pkg()] = packages[f.pkg()] || f.file.Doc != nil
		for _, name := range undocumented(f.file) {
			t.Errorf("%s: %s has no comment", f.name, name)
		}
	}
	for pkg, ok := range packages {
		if !ok {
			t.Errorf("package %q has no comment", pkg)
		}
	}
}

func undocumented(file *ast.File) []string {
	var out []string
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) {
				out = append(out, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if name := undocumentedSpec(spec); name != "" && d.Doc == nil {
					out = append(out, name)
				}
			}
		}
	}
	return out
}

func undocumentedSpec(spec ast.Spec) string {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && s.Doc == nil && s.Comment == nil {
			return s.Name.Name
		}
	case *ast.ValueSpec:
		if s.Names[0].IsExported() && s.Doc == nil && s.Comment == nil {
			return s.Names[0].Name
		}
	}
	return ""
}

// exportedReceiver says whether a function is one that others can call.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	name, ok := receiver(d.Recv.List[0].Type).(*ast.Ident)
	return ok && name.IsExported()
}

func receiver(e ast.Expr) ast.Expr {
	switch x := e.(type) {
	case *ast.StarExpr:
		return receiver(x.X)
	case *ast.IndexExpr:
		return receiver(x.X)
	}
	return e
}
