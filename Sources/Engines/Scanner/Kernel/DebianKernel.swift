/// How Debian and Ubuntu name kernels and their sources.
enum DebianKernel {
    /// `6.1.0-18-amd64` of `linux-image-6.1.0-18-amd64`, with or without `unsigned`; nil for
    /// metapackages (`linux-image-amd64`), debug symbols and everything else.
    static func release(ofImage name: String) -> String? {
        guard name.hasPrefix("linux-image-") else { return nil }
        var rest = name.dropFirst("linux-image-".count)
        if rest.hasPrefix("unsigned-") { rest = rest.dropFirst("unsigned-".count) }
        if rest.hasSuffix("-unsigned") { rest = rest.dropLast("-unsigned".count) }
        guard rest.first?.isNumber == true, !rest.hasSuffix("-dbg"), !rest.hasSuffix("-dbgsym") else { return nil }
        return String(rest)
    }

    /// The source with the advisories: `linux` for `linux-signed-amd64`, `linux-hwe-5.15` for
    /// `linux-signed-hwe-5.15`. The signed packages are made from it and have no advisories.
    static func source(_ name: String) -> String {
        for wrapper in ["linux-signed", "linux-meta"] where name == wrapper || name.hasPrefix("\(wrapper)-") {
            var parts = name.dropFirst(wrapper.count).split(separator: "-")
            if let last = parts.last, architectures.contains(last) { parts.removeLast() }
            return (["linux"] + parts).joined(separator: "-")
        }
        return name
    }

    /// Whether a source package is the kernel, its signed form or its metapackages; `linux-base`,
    /// `linux-atm` and `linuxptp` are not.
    static func isKernelSource(_ name: String) -> Bool {
        guard name == "linux" || name.hasPrefix("linux-") else { return false }
        let words = name.dropFirst("linux-".count).split(separator: "-")
        guard let first = words.first else { return true }
        return first.first?.isNumber == true || branches.contains(first)
    }

    private static let architectures: Set<Substring> = [
        "amd64", "arm64", "armhf", "i386", "ppc64el", "s390x", "riscv64", "mips64el", "loong64",
    ]

    /// Second words of kernel sources: wrappers and Ubuntu's branches.
    private static let branches: Set<Substring> = [
        "signed", "meta", "latest", "restricted", "aws", "azure", "bluefield", "fips", "gcp", "gke", "gkeop", "hwe",
        "ibm", "intel", "iot", "kvm", "laptop", "lowlatency", "lts", "nvidia", "oem", "oracle", "raspi", "raspi2",
        "realtime", "riscv", "starfive", "xilinx",
    ]
}
