import Foundation
import TestSupport
import Testing

@Suite("The command line explains itself", .blocking)
struct UsageTests {
    static let commands: [[String]] = [
        [], ["serve"], ["worker"], ["migrate"], ["doctor"], ["collect"], ["import"], ["scan"], ["intel"],
        ["intel", "import"], ["intel", "update"], ["intel", "status"], ["intel", "index"], ["tenant"],
        ["tenant", "create"], ["tenant", "list"], ["tenant", "delete"], ["user"], ["user", "create"], ["user", "list"],
        ["user", "disable"], ["user", "password"], ["token"], ["token", "create"], ["token", "list"],
        ["token", "revoke"], ["audit"], ["audit", "list"], ["audit", "verify"], ["backup"], ["restore"],
        ["compare-versions"], ["cvss"], ["identify"], ["cpe-match"], ["intel", "check"], ["vex"], ["vex", "import"],
        ["vex", "list"], ["vex", "remove"], ["outbox"], ["outbox", "list"], ["outbox", "replay"], ["connector"],
        ["connector", "kinds"], ["connector", "check"], ["connector", "read"], ["connector", "add"],
        ["connector", "list"], ["connector", "test"], ["connector", "sync"], ["connector", "remove"],
        ["endpoint"], ["endpoint", "isolate"], ["endpoint", "release"], ["endpoint", "scan"], ["endpoint", "actions"],
        ["endpoint", "check"], ["connector", "schedule"], ["connector", "quarantine"], ["connector", "rotate"],
        ["connector", "configure"],
        ["agent"], ["agent", "enrol"], ["agent", "run"], ["agent", "uninstall"], ["agent", "token"], ["agent", "list"],
        ["agent", "ask"], ["agent", "accept"], ["agent", "revoke"], ["osquery"], ["osquery", "nodes"],
        ["osquery", "query"], ["discover"], ["demo"], ["incident"], ["incident", "settings"],
        ["deployment"], ["deployment", "list"], ["deployment", "show"], ["deployment", "pause"],
        ["deployment", "resume"], ["deployment", "abort"], ["deployment", "retry"], ["deployment", "rollback"],
        ["deployment", "approve"],
        ["patch"], ["patch", "list"], ["patch", "show"], ["patch", "upload"], ["patch", "files"],
        ["patch", "remove-file"], ["patch", "rotate-key"],
    ]

    @Test("every command has a help that says what it is for", arguments: commands)
    func help(command: [String]) throws {
        let result = try GarrisonProcess.run(command + ["--help"])
        #expect(result.status == 0)
        #expect(result.complaints.isEmpty)
        #expect(result.output.hasPrefix("OVERVIEW: ") && result.output.contains("USAGE: garrison"))
    }

    @Test("every command that the help lists is in the list above")
    func complete() throws {
        let help = try GarrisonProcess.run(["--help"]).output
        let section = try #require(help.range(of: "SUBCOMMANDS:")).upperBound
        let listed = help[section...].split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }.filter { $0 != "See" }
        #expect(Set(listed) == Set(Self.commands.filter { $0.count == 1 }.map { $0[0] }))
    }

    @Test(
        "wrong usage is exit code 2 and says how it is meant, on standard error",
        arguments: [
            ["frobnicate"], ["collect", "--nonsense"], ["tenant", "create"], ["token", "create", "--tenant", "a"],
            ["token", "create", "--tenant", "a", "--role", "king"],
            ["token", "create", "--tenant", "a", "--role", "admin", "--days", "0"],
            ["token", "revoke", "--tenant", "a", "not-an-id"], ["audit", "list", "--tenant", "a", "--limit", "0"],
            ["import", "file"], ["vex", "import", "--tenant", "a"], ["vex", "list"], ["scan"],
            ["migrate", "--to", "many"], ["cvss"], ["connector", "check", "acme"],
            ["connector", "read", "crowdstrike", "weather"], ["connector", "check", "crowdstrike", "--set", "a"],
        ])
    func usage(arguments: [String]) throws {
        let result = try GarrisonProcess.run(arguments)
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
        #expect(result.complaints.contains("Error: "))
    }

    @Test("a command that needs a database says where it looked and what to do, as exit code 1")
    func noServer() throws {
        for command in [["tenant", "list"], ["audit", "list", "--tenant", "a"], ["migrate"], ["worker"]] {
            let result = try GarrisonProcess.run(command + ["--data-dir", "/nonexistent/garrison"])
            #expect(result.status == 1)
            #expect(
                result.complaints == "garrison: no database is running for /nonexistent/garrison. Start "
                    + "`garrison serve`, or set DATABASE_URL or --data-dir.\n")
        }
    }

    @Test("the version alone")
    func version() throws {
        let result = try GarrisonProcess.run(["--version"])
        #expect(result.status == 0 && result.output.split(separator: ".").count == 3)
    }

    @Test("a reader that closes early is no failure, and nothing is said about it", arguments: ["collect", "--help"])
    func brokenPipe(arguments: String) throws {
        let result = try GarrisonProcess.shell("set -o pipefail; \"$GARRISON\" \(arguments) | head -c 1 >/dev/null")
        #expect(result.status == 0)
        #expect(result.complaints.lines.allSatisfy { $0.hasPrefix("collect: ") })
    }

    @Test("a full disk is a failure")
    func fullDisk() throws {
        let result = try GarrisonProcess.shell("\"$GARRISON\" collect > /dev/full")
        #expect(result.status == 1)
        #expect(result.complaints.contains("cannot write to standard output: No space left on device"))
    }
}
