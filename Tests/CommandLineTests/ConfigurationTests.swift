import Foundation
import TestSupport
import Testing

@Suite("Flags come before the environment, that before garrison.yaml, that before defaults", .blocking)
struct ConfigurationTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func checks(
        _ flags: [String] = [], environment: [String: String] = [:]
    ) throws -> [String: String] {
        let result = try GarrisonProcess.run(
            ["doctor", "--json"] + flags, environment: environment, folder: folder.path)
        let checks = try #require(try result.json(as: [String: Any].self)["checks"] as? [[String: Any]])
        return Dictionary(
            checks.map { ($0["name"] as? String ?? "", $0["message"] as? String ?? "") }, uniquingKeysWith: { $1 })
    }

    @Test("the address to listen at")
    func listen() throws {
        defer { folder.remove() }
        let variable = ["GARRISON_LISTEN": "nonsense-of-the-environment"]
        _ = try folder.write("# nothing yet\n", to: "garrison.yaml")
        _ = try folder.write("listen: nonsense-of-the-file\n", to: "garrison.yaml")
        #expect(try checks()["listen"]?.contains("nonsense-of-the-file") == true)
        #expect(try checks(environment: variable)["listen"]?.contains("nonsense-of-the-environment") == true)
        let flags = ["--listen", "nonsense-of-the-flag"]
        #expect(try checks(flags, environment: variable)["listen"]?.contains("nonsense-of-the-flag") == true)
    }

    @Test("the data directory, whose relative path in a file starts at that file's folder")
    func dataDirectory() throws {
        defer { folder.remove() }
        try FileManager.default.createDirectory(atPath: "\(folder.path)/c", withIntermediateDirectories: true)
        _ = try folder.write("data_dir: data\nsecret_key_file: /etc/key\n", to: "c/garrison.yaml")
        let named = ["--config", "\(folder.path)/c/garrison.yaml"]
        #expect(try checks(named)["data_directory"]?.contains("\(folder.path)/c/data,") == true)
        #expect(try checks(named)["secret_key"]?.contains("/etc/key,") == true)
        let environment = ["GARRISON_DATA_DIR": "/var/tmp/of-env"]
        #expect(try checks(named, environment: environment)["data_directory"]?.contains("/var/tmp/of-env") == true)
        let flags = named + ["--data-dir", "/var/tmp/of-flag"]
        #expect(try checks(flags, environment: environment)["data_directory"]?.contains("/var/tmp/of-flag") == true)
    }

    @Test("the database, an empty variable being none")
    func database() throws {
        defer { folder.remove() }
        _ = try folder.write("database_url: postgresql://127.0.0.1:1/of_the_file\n", to: "garrison.yaml")
        let path = "\(folder.path)/garrison.yaml"
        for (variable, origin) in [
            ("", "garrison.yaml, line 1"), ("postgresql://127.0.0.1:1/x", "the environment variable DATABASE_URL"),
        ] {
            let found = try checks(["--config", path], environment: ["DATABASE_URL": variable])
            #expect(found["postgresql.programs"]?.contains(origin) == true)
        }
    }

    @Test("the user's own file and one named by GARRISON_CONFIG")
    func places() throws {
        defer { folder.remove() }
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/.config/garrison", withIntermediateDirectories: true)
        _ = try folder.write("listen: of-the-home", to: ".config/garrison/garrison.yaml")
        #expect(try checks()["listen"]?.contains("of-the-home") == true)
        let other = try folder.write("listen: of-the-variable", to: "other.yaml")
        #expect(try checks(environment: ["GARRISON_CONFIG": other])["listen"]?.contains("of-the-variable") == true)
    }

    @Test("a root's data lies in /var/lib, anybody else's in his home")
    func standardDirectory() throws {
        defer { folder.remove() }
        let expected = geteuid() == 0 ? "/var/lib/garrison" : "\(folder.path)/.local/share/garrison"
        #expect(try checks()["data_directory"]?.contains(expected) == true)
    }

    @Test(
        "a file that cannot be obeyed stops every command, with the line and what is meant",
        arguments: [
            ("listen: 127.0.0.1:80\nlistn: x", "line 2: unknown key “listn”. Is listen meant?"),
            ("colour: blue", "line 1: unknown key “colour”. The keys are database_url, listen,"),
            ("listen: [1, 2]", "line 1: listen needs a text for its value."),
            ("listen:", "line 1: listen needs a text for its value."), ("- listen", "it is no mapping of keys"),
            ("listen: \"open", "malformed: line "), ("listen: a\nlisten: b", "the key listen is there twice"),
            ("a: &x [*x]", "line 1: "),
        ])
    func refused(text: String, reason: String) throws {
        defer { folder.remove() }
        _ = try folder.write(text, to: "garrison.yaml")
        let result = try GarrisonProcess.run(["tenant", "list"], folder: folder.path)
        #expect(result.status == 1)
        #expect(result.complaints.contains("garrison.yaml") && result.complaints.contains(reason))
        #expect(result.complaints.lines.count == 1)
    }

    @Test("a named file must be there, and one that others may write is not obeyed unless named")
    func foreign() throws {
        defer { folder.remove() }
        let missing = try GarrisonProcess.run(["tenant", "list", "--config", "nope.yaml"], folder: folder.path)
        #expect(missing.status == 1 && missing.complaints.contains("nope.yaml cannot be read: No such file"))
        let path = try folder.write("listen: x", to: "garrison.yaml")
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        let result = try GarrisonProcess.run(["tenant", "list"], folder: folder.path)
        #expect(result.status == 1 && result.complaints.contains("is not obeyed: other users may change it"))
        #expect(try checks(["--config", path])["listen"] == "“x” is no HOST:PORT")
    }
}
