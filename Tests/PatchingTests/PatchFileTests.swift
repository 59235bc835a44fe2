import Domain
import FoundationEssentials
import Testing

@Suite("What a patch's files are for")
struct PatchFileTests {
    @Test(
        "a file's name tells what is in it",
        arguments: [
            ("openssl_3.0.13-1~deb12u1_amd64.deb", "apt openssl 3.0.13-1~deb12u1 amd64"),
            ("python3-yaml_6.0_all.deb", "apt python3-yaml 6.0 all"),
            ("openssl-libs-3.0.7-28.el9_4.x86_64.rpm", "dnf openssl-libs 3.0.7-28.el9_4 x86_64"),
            ("tzdata-2024a-1.el9.noarch.rpm", "dnf tzdata 2024a-1.el9 noarch"),
            ("openssl-3.1.5-r0.apk", "apk openssl 3.1.5-r0 -"), ("py3-yaml-6.0.1-r1.apk", "apk py3-yaml 6.0.1-r1 -"),
        ])
    func names(_ text: String, _ content: String) throws {
        let name = try #require(PatchFileName(text))
        #expect("\(name.tool) \(name.package) \(name.version) \(name.architecture ?? "-")" == content)
    }

    @Test(
        "what no package manager would call a file of a package is none",
        arguments: [
            "", "a", ".deb", "a.deb", "a_1.deb", "a_1_.deb", "_1_amd64.deb", "a_1_b_amd64.deb", "a-1.x86_64.rpm",
            "a-1-1.src.rpm", "a-1-1.rpm", "a-1.apk", "a-1-rx.apk", "a_1_amd64.DEB", "a_1_amd64.exe", "../a_1_amd64.deb",
            "a b_1_amd64.deb", "-a_1_amd64.deb", "\(String(repeating: "a", count: 255))_1_amd64.deb",
        ])
    func noNames(_ text: String) { #expect(PatchFileName(text) == nil) }

    private func file(_ name: String, isCompanion: Bool = false) throws -> PatchFile {
        PatchFile(
            id: .make(), patch: .make(), name: try #require(PatchFileName(name)), sha256: "", bytes: 1,
            isCompanion: isCompanion, objectKey: name, uploadedBy: "", uploadedAt: Date())
    }

    private func choice(
        _ packages: [(String, String?, String?)], _ files: [String], companions: [String] = [],
        tool: PatchOrder.Tool = .apt
    ) throws -> [String]? {
        let all = try files.map { try file($0) } + companions.map { try file($0, isCompanion: true) }
        let wanted = packages.map { PatchOrder.Package(name: $0.0, architecture: $0.1, version: $0.2, installed: "0") }
        return PatchFile.choice(for: wanted, of: tool, from: all)?.map(\.name.text)
    }

    @Test("a machine takes the files of its packages, and what goes along with them")
    func chooses() throws {
        let files = ["a_2_amd64.deb", "a_2_arm64.deb", "b_2_all.deb", "c_2_amd64.deb", "a-2-1.x86_64.rpm"]
        #expect(
            try choice([("a", "amd64", "2"), ("b", "amd64", "1:2")], files) == ["a_2_amd64.deb", "b_2_all.deb"])
        #expect(try choice([("b", nil, nil)], files) == ["b_2_all.deb"])
        #expect(
            try choice([("a", "amd64", "2")], files, companions: ["n_1_amd64.deb", "n_1_arm64.deb"])
                == ["a_2_amd64.deb", "n_1_amd64.deb"])
        #expect(try choice([("a", "x86_64", "2-1")], files, tool: .dnf) == ["a-2-1.x86_64.rpm"])
    }

    @Test("where they do not say it for all of its packages, its repositories have all of it")
    func leaves() throws {
        let files = ["a_2_amd64.deb", "a_2_arm64.deb", "b_2_all.deb"]
        #expect(try choice([("a", "amd64", "2"), ("d", "amd64", "2")], files) == nil)
        #expect(try choice([("a", "amd64", "3")], files) == nil)
        #expect(try choice([("a", "i386", "2")], files) == nil)
        // Nobody knows of which architecture it is.
        #expect(try choice([("a", nil, "2")], files) == nil)
        #expect(try choice([("a", "amd64", "2")], files, tool: .apk) == nil)
        #expect(try choice([("a", "amd64", "2")], [], companions: ["a_2_amd64.deb"]) == nil)
        #expect(try choice([("a", "amd64", "2")], []) == nil)
    }
}
