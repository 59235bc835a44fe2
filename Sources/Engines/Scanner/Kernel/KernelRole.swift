import Domain

/// What a package is to the kernel that the host runs.
enum KernelRole: Hashable, Sendable {
    /// Nothing.
    case none
    /// A kernel that can be booted.
    case image(KernelImage)
    /// Built from the kernel's source without being it: headers, documentation, perf, libc headers.
    /// A flaw of the kernel is not in them.
    case companion

    /// Kernels of other systems (Alpine's `linux-lts`) are packages like any other: one is
    /// installed, and it is the one that boots.
    static func isJudged(on system: Ecosystem) -> Bool { system.scheme == .deb || system.scheme == .rpm }

    init(_ package: InstalledPackage, system: Ecosystem) {
        switch (package.type, system.scheme) {
        case ("deb", .deb): self = Self.debianRole(package)
        case ("rpm", .rpm): self = Self.rpmRole(package)
        default: self = .none
        }
    }

    private static func debianRole(_ package: InstalledPackage) -> KernelRole {
        if let release = DebianKernel.release(ofImage: package.name) {
            return .image(
                KernelImage(
                    packageName: package.name, version: package.version, release: release,
                    lookupName: DebianKernel.source(package.source ?? "linux"), otherName: nil, flavour: nil))
        }
        return DebianKernel.isKernelSource(package.source ?? package.name) ? .companion : .none
    }

    private static func rpmRole(_ package: InstalledPackage) -> KernelRole {
        if let flavour = RPMKernel.flavour(ofImage: package.name) {
            return .image(
                KernelImage(
                    packageName: package.name, version: package.version,
                    release: RPMKernel.release(ofVersion: package.version), lookupName: package.name,
                    otherName: RPMKernel.otherName(of: package), flavour: flavour))
        }
        return RPMKernel.isCompanion(package) ? .companion : .none
    }
}

/// An installed kernel.
struct KernelImage: Hashable, Sendable {
    /// `linux-image-6.1.0-18-amd64`.
    var packageName: String
    var version: String
    /// What `uname -r` says when it runs: complete on Debian (`6.1.0-18-amd64`), without
    /// architecture and flavour on rpm systems (`5.14.0-362.8.1.el9_3`).
    var release: String
    /// The name under which advisories on it are filed.
    var lookupName: String
    var otherName: String?
    /// rpm's kind of kernel (`rt`, `debug`, empty for the plain one); nil on Debian, where the
    /// release says it.
    var flavour: String?
}
