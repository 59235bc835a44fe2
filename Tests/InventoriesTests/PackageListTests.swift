import Domain
import Inventories
import Testing

@Suite("Lists of packages, a line each")
struct PackageListTests {
    private func packages(_ text: String, _ format: InventoryFormat? = nil) throws -> [InstalledPackage] {
        let hints = HostHints(system: Distribution.operatingSystem("almalinux:9"), hostname: "web-1")
        return try InventoryDocuments.read(Array(text.utf8), format: format, hints: hints)[0].packages
    }

    struct Line: Sendable, CustomTestStringConvertible {
        let text: String
        let name: String
        let version: String
        var architecture: String?
        var source: String?
        var module: String?

        var testDescription: String { text }
    }

    @Test(
        "rpm -qa, in its own form and as --qf is asked for",
        arguments: [
            Line(text: "bash-5.1.8-6.el9_1.x86_64", name: "bash", version: "5.1.8-6.el9_1", architecture: "x86_64"),
            Line(
                text: "java-17-openjdk-1:17.0.9.0.9-2.el9.x86_64", name: "java-17-openjdk",
                version: "1:17.0.9.0.9-2.el9", architecture: "x86_64"),
            Line(text: "tzdata-2024a-1.el9.noarch", name: "tzdata", version: "2024a-1.el9", architecture: "noarch"),
            Line(
                text: "python3-dns-0:2.1.0-6.el9.noarch", name: "python3-dns", version: "2.1.0-6.el9",
                architecture: "noarch"),
            Line(
                text: "openssl-libs 1 3.0.7 24.el9 x86_64", name: "openssl-libs", version: "1:3.0.7-24.el9",
                architecture: "x86_64"),
            Line(text: "bash 0 5.1.8 6.el9_1 x86_64", name: "bash", version: "5.1.8-6.el9_1", architecture: "x86_64"),
            Line(
                text: "bash\t(none)\t5.1.8\t6.el9_1\tx86_64", name: "bash", version: "5.1.8-6.el9_1",
                architecture: "x86_64"),
            Line(text: "bash|5.1.8|6.el9_1|x86_64", name: "bash", version: "5.1.8-6.el9_1", architecture: "x86_64"),
            Line(
                text: "openssl-libs 1:3.0.7-24.el9 x86_64", name: "openssl-libs", version: "1:3.0.7-24.el9",
                architecture: "x86_64"),
            Line(
                text: "libgcc 0 11.4.1 2.1.el9 x86_64 gcc-11.4.1-2.1.el9.src.rpm (none)", name: "libgcc",
                version: "11.4.1-2.1.el9", architecture: "x86_64", source: "gcc"),
            Line(
                text:
                    "nodejs 1 18.20.2 1.module_el9.4 x86_64 nodejs-18.20.2-1.module_el9.4.src.rpm nodejs:18:904:abc:x86_64",
                name: "nodejs", version: "1:18.20.2-1.module_el9.4", architecture: "x86_64", module: "nodejs:18"),
            Line(text: "kmod 28 9.el9 x86_64", name: "kmod", version: "28-9.el9", architecture: "x86_64"),
        ])
    func rpmLines(_ line: Line) throws {
        let package = try #require(try packages(line.text + "\ngpg-pubkey-8d81803c0-613f2a2f\n").first)
        #expect(package.name == line.name)
        #expect(package.version == line.version)
        #expect(package.architecture == line.architecture)
        #expect(package.source == line.source)
        #expect(package.module == line.module)
    }

    @Test("apk info -vv, apk info -v and apk list -I")
    func apkLines() throws {
        let text = """
            WARNING: opening from cache https://dl-cdn.alpinelinux.org: No such file or directory
            musl-1.2.4-r2 - the musl c library (libc) implementation
            ca-certificates-bundle-20230506-r0
            libcrypto3-3.1.4-r5 x86_64 {openssl} (Apache-2.0) [installed]
            .build-deps-20240101.1 - virtual meta package
            """
        let found = try packages(text)
        #expect(found.map(\.name) == ["musl", "ca-certificates-bundle", "libcrypto3"])
        #expect(found.map(\.version) == ["1.2.4-r2", "20230506-r0", "3.1.4-r5"])
        #expect(found[2].source == "openssl")
    }

    @Test("apk's database by itself")
    func apkDatabase() throws {
        let text =
            "C:Q1abc=\nP:libcrypto3\nV:3.1.4-r5\nA:x86_64\no:openssl\nF:lib\nR:libcrypto.so.3\n\nP:musl\nV:1.2.4-r2\n"
        #expect(InventoryFormat.detect(Array(text.utf8)) == .apkInstalled)
        #expect(try packages(text).map(\.source) == ["openssl", nil])
    }

    @Test("a list without its system is refused, with what to do")
    func needsSystem() {
        let error = #expect(throws: DocumentError.self) {
            try InventoryDocuments.read(Array("bash-5.1.8-6.el9_1.x86_64\n".utf8))
        }
        #expect(error?.message.contains("--distro") == true)
    }

    @Test("lines that are no package are counted")
    func unusableLines() throws {
        let hints = HostHints(system: Distribution.operatingSystem("almalinux:9"))
        let text = "bash-5.1.8-6.el9_1.x86_64\nerror: rpmdb: damaged header\n"
        let inventory = try InventoryDocuments.read(Array(text.utf8), format: .rpmQuery, hints: hints)[0]
        #expect(inventory.packages.count == 1)
        #expect(inventory.notes.map(\.item) == ["packages"])
    }

    @Test("sw_vers, with a Rapid Security Response")
    func softwareVersions() throws {
        let text =
            "ProductName:\t\tmacOS\nProductVersion:\t\t13.4.1\nProductVersionExtra:\t(c)\nBuildVersion:\t\t22F770820d\n"
        let inventory = try InventoryDocuments.read(Array(text.utf8))[0]
        #expect(inventory.os.version == "13.4.1 (c)")
        #expect(inventory.os.ecosystem.description == "macos:13")
        #expect(inventory.titles.first?.version == "13.4.1 (c)")
    }
}
