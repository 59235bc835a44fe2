import Foundation
import TestSupport
import Testing

@Suite("A password at a terminal", .database, .blocking)
struct PasswordPromptTests {
    /// Types `keys` at the prompts of `user create`, on a terminal of its own.
    /// - Returns: the exit code, and everything that the terminal showed.
    private func type(_ keys: [String]) throws -> (status: Int32, screen: String) {
        let script = """
            import os, pty, sys, time
            pid, terminal = pty.fork()
            if pid == 0:
                os.execv(sys.argv[1], [sys.argv[1], 'user', 'create', '--tenant', 'alpha', '--role', 'viewer', 'eve@example.org'])
            screen = b''
            def read():
                global screen
                try:
                    data = os.read(terminal, 4096)
                except OSError:
                    data = b''
                screen += data
                return data
            for keys in sys.argv[2:]:
                asked = screen.count(b': ')
                while screen.count(b': ') == asked and read():
                    pass
                os.write(terminal, keys.encode().decode('unicode_escape').encode('latin-1'))
            while read():
                pass
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            sys.stdout.write(screen.decode())
            """
        let scratch = try TestFolder()
        defer { scratch.remove() }
        let path = try scratch.write(script, to: "type.py")
        let words = keys.map { "'\($0)'" }.joined(separator: " ")
        let result = try GarrisonProcess.shell(
            "python3 \(path) \"$GARRISON\" \(words)", environment: ["DATABASE_URL": TestDatabase.current.url])
        let status = try #require(result.output.lines.first.flatMap { Int32($0) }, "\(result.complaints)")
        return (status, result.output)
    }

    @Test("is asked for twice and not shown; a key typed wrong can be taken back")
    func twice() throws {
        let (status, screen) = try type([#"a long passworx\x7fd\r"#, #"rubbish\x15a long password\r"#])
        #expect(status == 0)
        #expect(screen.contains("Password: ") && screen.contains("Again: ") && !screen.contains("passwor"))
    }

    @Test("twice not the same is refused")
    func different() throws {
        let (status, screen) = try type([#"a long password\r"#, #"another password\r"#])
        #expect(status == 1 && screen.contains("the two passwords differ"))
    }

    @Test("Ctrl-C leaves, and the terminal as it was")
    func interrupted() throws {
        #expect(try type([#"a long\x03"#]).status == 130)
    }
}
