import Glibc

/// Reads a new password: twice and unseen on a terminal, one line otherwise. Never from the command
/// line, which every user of the machine can read.
enum PasswordPrompt {
    static func read() throws(CommandError) -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine(), !line.isEmpty else {
                throw .problem("no password was given on standard input; give it as one line.")
            }
            return line
        }
        let first = try ask("Password: ")
        guard try ask("Again: ") == first else { throw .problem("the two passwords differ; nothing was changed.") }
        return first
    }

    /// Reads a secret that exists already: once.
    static func secret(_ label: String) throws(CommandError) -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine(), !line.isEmpty else {
                throw .problem("\(label) is missing; give it as one line of standard input.")
            }
            return line
        }
        return try ask("\(label): ")
    }

    private static func ask(_ prompt: String) throws(CommandError) -> String {
        var saved = termios()
        tcgetattr(STDIN_FILENO, &saved)
        var silent = saved
        // Keys come one by one, Ctrl-C as well, so that no way out leaves the terminal without echo.
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        // Before the prompt: what is typed after it must neither be shown nor thrown away.
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        Console.write(prompt, to: .error)
        let line = line()
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
        Console.write("\n", to: .error)
        guard let line else { Glibc.exit(130) }
        guard !line.isEmpty else { throw .problem("nothing was entered; nothing was changed.") }
        return String(decoding: line, as: UTF8.self)
    }

    /// Nil after Ctrl-C or at the end of the input.
    private static func line() -> [UInt8]? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while Glibc.read(STDIN_FILENO, &byte, 1) == 1 {
            switch byte {
            case 0x0A, 0x0D: return bytes
            case 0x03, 0x04: return nil
            case 0x15: bytes.removeAll()
            case 0x08, 0x7F:
                // A character of several bytes goes as a whole.
                while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
            default: bytes.append(byte)
            }
        }
        return nil
    }
}
