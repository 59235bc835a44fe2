import Foundation
import TestSupport
import Testing

@Suite("garrison doctor finds what is wrong with the machine", .blocking)
struct DoctorMachineTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    /// Runs in a mount namespace of its own, after `script`.
    private func namespace(_ script: String) -> [String] {
        ["unshare", "-m", "bash", "-c", "\(script) && exec \"$0\" \"$@\""]
    }

    private static let isRoot = geteuid() == 0

    @Test("nothing is wrong")
    func healthy() throws {
        defer { folder.remove() }
        let doctor = try DoctorRun()
        #expect(doctor.status == 0 && doctor.problems == 0)
        for name in ["configuration", "resources", "postgresql.programs", "data_directory", "secret_key", "listen"] {
            #expect(doctor[name]?.status == "ok", "\(name)")
        }
        #expect(doctor["database"]?.message == "database: not running; `garrison serve` starts it")
    }

    @Test("PostgreSQL is not installed", .enabled(if: isRoot))
    func notInstalled() throws {
        defer { folder.remove() }
        let doctor = try DoctorRun(prefix: namespace("mount -t tmpfs none /usr/lib/postgresql"))
        doctor.expectProblem(
            "postgresql.programs", "PostgreSQL is not installed", advice: "apt-get install postgresql")
    }

    @Test("PostgreSQL is too old", .enabled(if: isRoot))
    func tooOld() throws {
        defer { folder.remove() }
        let script = """
            mount -t tmpfs none /usr/lib/postgresql && mkdir -p /usr/lib/postgresql/13/bin &&
            ln -s /bin/true /usr/lib/postgresql/13/bin/postgres && ln -s /bin/true /usr/lib/postgresql/13/bin/initdb
            """
        let doctor = try DoctorRun(prefix: namespace(script))
        doctor.expectProblem(
            "postgresql.programs", "PostgreSQL 13 is installed; 15 or newer", advice: "apt-get install postgresql")
    }

    @Test("the data is of a version that is not installed")
    func otherVersion() throws {
        defer { folder.remove() }
        try FileManager.default.createDirectory(atPath: "\(folder.path)/postgres", withIntermediateDirectories: true)
        try folder.write("99\n", to: "postgres/PG_VERSION")
        let doctor = try DoctorRun(folder: folder.path)
        doctor.expectProblem(
            "postgresql.programs", "the data is of PostgreSQL 99", advice: "apt-get install postgresql-99")
    }

    @Test("the data directory is a file")
    func noDirectory() throws {
        defer { folder.remove() }
        let doctor = try DoctorRun(folder: try folder.write("", to: "file"))
        doctor.expectProblem("data_directory", "/file is no directory", advice: "--data-dir")
    }

    @Test("the data directory is another user's, or lies where this user may make none", .enabled(if: isRoot))
    func foreignDirectory() throws {
        defer { folder.remove() }
        let closed = try DoctorRun(prefix: asNobody, folder: folder.path)
        closed.expectProblem("data_directory", "belongs to root and is closed to you", advice: "Run as root")
        let missing = try DoctorRun(prefix: asNobody, folder: "/usr/garrison/data")
        missing.expectProblem("data_directory", "you may not make it in /usr", advice: "--data-dir")
    }

    @Test("the data directory is open to all")
    func openDirectory() throws {
        defer { folder.remove() }
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        let doctor = try DoctorRun(folder: folder.path)
        doctor.expectWarning("data_directory", "may be written by other users (mode 777)", advice: "chmod go-w")
        #expect(doctor.status == 0)
    }

    @Test("the disk is nearly full", .enabled(if: isRoot))
    func fullDisk() throws {
        defer { folder.remove() }
        let script = "mount -t tmpfs -o size=64m none \(folder.path)"
        let doctor = try DoctorRun(prefix: namespace(script), folder: "\(folder.path)/data")
        doctor.expectProblem("disk", "disk: 64 MB free", advice: "Make room")
    }

    @Test("the secret key is open to others, or no key")
    func secretKey() throws {
        defer { folder.remove() }
        let path = try folder.write(String(repeating: "k", count: 32), to: "key")
        let environment = ["GARRISON_SECRET_KEY_FILE": path]
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try DoctorRun(environment: environment).expectProblem(
            "secret_key", "open to other users (mode 644)", advice: "chmod 600 \(path)")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try DoctorRun(environment: environment)["secret_key"]?.status == "ok")
        try folder.write("short", to: "key")
        try DoctorRun(environment: environment).expectProblem(
            "secret_key", "holds 5 bytes instead of 32", advice: "backup")
    }

    @Test("the address is in use, and by whom")
    func portInUse() throws {
        defer { folder.remove() }
        let listener = try LocalListener()
        let doctor = try DoctorRun(["--listen", "127.0.0.1:\(listener.port)"])
        doctor.expectProblem("listen", "(process \(getpid()))", advice: "--listen")
        withExtendedLifetime(listener) {}
    }

    @Test(
        "an address that cannot be listened at",
        arguments: [
            ("203.0.113.7:8080", "is no address of this machine", "--listen"),
            ("8080", "“8080” is no HOST:PORT", "127.0.0.1:8080"),
            ("127.0.0.1:99999", "is no HOST:PORT", "127.0.0.1:8080"),
        ])
    func badAddress(address: String, message: String, advice: String) throws {
        defer { folder.remove() }
        try DoctorRun(["--listen", address]).expectProblem("listen", message, advice: advice)
    }

    @Test("few open files and little memory are allowed")
    func limits() throws {
        defer { folder.remove() }
        try DoctorRun(prefix: ["prlimit", "--nofile=200:200"]).expectWarning(
            "open_files", "open files: 200 allowed", advice: "ulimit -n")
        try DoctorRun(prefix: ["prlimit", "--as=900000000"]).expectWarning(
            "memory", "memory: 858 MB may be used", advice: "2 GB")
    }
}
