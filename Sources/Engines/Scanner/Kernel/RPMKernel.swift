import Domain

/// How rpm distributions name kernels.
enum RPMKernel {
    /// The kind of kernel that a package installs: empty for `kernel` and `kernel-core`, `rt` for
    /// `kernel-rt-core`; nil when it installs none.
    static func flavour(ofImage name: String) -> String? {
        if name == "kernel" || name == "kernel-core" { return "" }
        if name.hasPrefix("kernel"), let digit = name.dropFirst(6).first, digit.isNumber, !name.contains("-") {
            return ""  // Amazon Linux: kernel6.12
        }
        guard name.hasPrefix("kernel-") else { return nil }
        var kind = name.dropFirst("kernel-".count)
        if kind.hasSuffix("-core") { kind = kind.dropLast("-core".count) }
        return flavours.contains(kind) ? String(kind) : nil
    }

    /// The version without its epoch.
    static func release(ofVersion version: String) -> String {
        version.firstIndex(of: ":").map { String(version[version.index(after: $0)...]) } ?? version
    }

    /// Some sources file a kernel under its source's name only.
    static func otherName(of package: InstalledPackage) -> String? {
        let name = package.source ?? (package.name.hasSuffix("-core") ? String(package.name.dropLast(5)) : nil)
        return name == package.name ? nil : name
    }

    /// Headers, tools and module packages of the kernel's source.
    static func isCompanion(_ package: InstalledPackage) -> Bool {
        if let source = package.source { return flavour(ofImage: source) != nil }
        return package.name.hasPrefix("kernel-") || tools.contains(package.name)
    }

    /// Splits `5.14.0-362.8.1.el9_3.x86_64+rt` into the version and the flavour.
    static func parts(ofRelease release: String) -> (version: Substring, flavour: Substring) {
        var rest = release[...]
        var flavour: Substring = ""
        if let plus = rest.lastIndex(of: "+") {
            flavour = rest[rest.index(after: plus)...]
            rest = rest[..<plus]
        } else if let hyphen = rest.lastIndex(of: "-"), flavours.contains(rest[rest.index(after: hyphen)...]) {
            flavour = rest[rest.index(after: hyphen)...]
            rest = rest[..<hyphen]
        }
        if let dot = rest.lastIndex(of: "."), architectures.contains(rest[rest.index(after: dot)...]) {
            rest = rest[..<dot]
        }
        return (rest, flavour)
    }

    private static let flavours: Set<Substring> = [
        "64k", "64k-debug", "PAE", "azure", "debug", "default", "lt", "ml", "rt", "rt-debug", "uek", "zfcpdump",
    ]
    private static let architectures: Set<Substring> = [
        "x86_64", "aarch64", "ppc64le", "ppc64", "s390x", "i686", "i386", "armv7hl", "riscv64",
    ]
    private static let tools: Set<String> = ["perf", "python3-perf", "bpftool", "rtla", "rv", "libperf"]
}
