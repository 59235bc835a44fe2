import Domain
import Scanner
import Testing

@Suite("What a patch brings to which version on a host")
struct PackageChangesTests {
    private static let bookworm = Ecosystem(family: "debian", release: "12")
    private static let jammy = Ecosystem(family: "ubuntu", release: "22.04")
    private static let alma = Ecosystem(family: "almalinux", release: "9")
    private static let alpine = Ecosystem(family: "alpine", release: "3.19")

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let system: Ecosystem
        let patched: [PatchedPackage]
        let installed: [InstalledPackage]
        /// `name version`, or the name alone where the version is not known.
        let changes: [String]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "of a Debian source every binary package that is installed and older", system: bookworm,
            patched: [PatchedPackage(ecosystem: bookworm, name: "openssl", fixed: "3.0.11-1~deb12u2")],
            installed: [
                deb("openssl", "3.0.11-1~deb12u1"), deb("libssl3", "3.0.11-1~deb12u1", source: "openssl"),
                deb("libssl-dev", "3.0.11-1~deb12u2", source: "openssl"), deb("zlib1g", "1:1.2.13", source: "zlib"),
            ], changes: ["libssl3 3.0.11-1~deb12u2", "openssl 3.0.11-1~deb12u2"]),
        Case(
            testDescription: "a rebuild is as old as its source", system: bookworm,
            patched: [PatchedPackage(ecosystem: bookworm, name: "sed", fixed: "4.9-2")],
            installed: [deb("sed", "4.9-1+b3")], changes: ["sed 4.9-2"]),
        Case(
            testDescription: "a binary package that is numbered otherwise than its source has no known version",
            system: bookworm, patched: [PatchedPackage(ecosystem: bookworm, name: "gcc-defaults", fixed: "1.204")],
            installed: [deb("gcc", "4:12.2.0-3", source: "gcc-defaults", sourceVersion: "1.203")], changes: ["gcc"]),
        Case(
            testDescription: "a fix for another release is none", system: bookworm,
            patched: [PatchedPackage(ecosystem: jammy, name: "openssl", fixed: "3.0.2-0ubuntu1.15")],
            installed: [deb("openssl", "3.0.1-1")], changes: []),
        Case(
            testDescription: "a new kernel comes with its metapackage", system: bookworm,
            patched: [PatchedPackage(ecosystem: bookworm, name: "linux", fixed: "6.1.76-1")],
            installed: [
                deb("linux-image-6.1.0-17-amd64", "6.1.69-1", source: "linux-signed-amd64", sourceVersion: "6.1.69+1"),
                deb("linux-image-amd64", "6.1.69-1", source: "linux-signed-amd64", sourceVersion: "6.1.69+1"),
                deb("linux-libc-dev", "6.1.69-1", source: "linux"), deb("linux-base", "4.9"),
            ], changes: ["linux-image-amd64 6.1.76-1", "linux-libc-dev 6.1.76-1"]),
        Case(
            testDescription: "Ubuntu's metapackages have numbers of their own", system: jammy,
            patched: [PatchedPackage(ecosystem: jammy, name: "linux", fixed: "5.15.0-97.107")],
            installed: [
                deb("linux-image-5.15.0-91-generic", "5.15.0-91.101", source: "linux-signed"),
                deb("linux-image-generic", "5.15.0.91.88", source: "linux-meta"),
            ], changes: ["linux-image-generic"]),
        Case(
            testDescription: "rpm packages are named by the advisory itself", system: alma,
            patched: [
                PatchedPackage(ecosystem: alma, name: "openssl", fixed: "1:3.0.7-27.el9"),
                PatchedPackage(ecosystem: alma, name: "openssl-libs", fixed: "1:3.0.7-27.el9"),
            ],
            installed: [
                rpm("openssl-libs", "1:3.0.7-25.el9_3", "x86_64"), rpm("openssl-libs", "1:3.0.7-27.el9", "i686"),
            ], changes: ["openssl-libs 1:3.0.7-27.el9"]),
        Case(
            testDescription: "of kernels side by side the newest counts", system: alma,
            patched: [PatchedPackage(ecosystem: alma, name: "kernel-core", fixed: "5.14.0-427.el9")],
            installed: [
                rpm("kernel-core", "5.14.0-362.el9", "x86_64"), rpm("kernel-core", "5.14.0-427.el9", "x86_64"),
            ], changes: []),
        Case(
            testDescription: "of module streams the installed one", system: alma,
            patched: [
                PatchedPackage(ecosystem: alma, name: "nodejs", fixed: "1:20.11-1.module", stream: "nodejs:20"),
                PatchedPackage(ecosystem: alma, name: "nodejs", fixed: "1:18.19-1.module", stream: "nodejs:18"),
            ],
            installed: [rpm("nodejs", "1:18.18-1.module", "x86_64", module: "nodejs:18:9030:rhel9")],
            changes: ["nodejs 1:18.19-1.module"]),
        Case(
            testDescription: "a plain build is not of a stream", system: alma,
            patched: [PatchedPackage(ecosystem: alma, name: "nodejs", fixed: "1:18.19-1", stream: "nodejs:18")],
            installed: [rpm("nodejs", "1:16.0-1", "x86_64")], changes: []),
        Case(
            testDescription: "Alpine's packages by their origin", system: alpine,
            patched: [PatchedPackage(ecosystem: alpine, name: "openssl", fixed: "3.1.4-r5")],
            installed: [
                InstalledPackage(type: "apk", name: "libcrypto3", version: "3.1.4-r2", source: "openssl"),
                InstalledPackage(type: "apk", name: "musl", version: "1.2.4-r2"),
            ], changes: ["libcrypto3 3.1.4-r5"]),
        Case(
            testDescription: "another program of the name is none of the system's packages", system: bookworm,
            patched: [PatchedPackage(ecosystem: bookworm, name: "requests", fixed: "2.31-1")],
            installed: [InstalledPackage(type: "pypi", name: "requests", version: "2.0")], changes: []),
    ]

    @Test("changes", arguments: cases)
    func changes(_ example: Case) {
        let changes = PackageChanges(example.patched, on: example.system).changes(of: example.installed)
        #expect(changes.map { [$0.name, $0.version].compactMap { $0 }.joined(separator: " ") } == example.changes)
    }

    @Test("tell the installed version and the architecture")
    func fields() {
        let patched = [PatchedPackage(ecosystem: Self.alma, name: "bash", fixed: "5.1.8-9.el9")]
        let changes = PackageChanges(patched, on: Self.alma).changes(of: [Self.rpm("bash", "5.1.8-6.el9", "aarch64")])
        #expect(
            changes == [
                PackageChange(
                    name: "bash", architecture: "aarch64", installed: "5.1.8-6.el9", version: "5.1.8-9.el9")
            ])
    }

    private static func deb(
        _ name: String, _ version: String, source: String? = nil, sourceVersion: String? = nil
    ) -> InstalledPackage {
        InstalledPackage(
            type: "deb", name: name, version: version, architecture: "amd64", source: source,
            sourceVersion: sourceVersion)
    }

    private static func rpm(
        _ name: String, _ version: String, _ architecture: String, module: String? = nil
    ) -> InstalledPackage {
        InstalledPackage(type: "rpm", name: name, version: version, architecture: architecture, module: module)
    }
}
