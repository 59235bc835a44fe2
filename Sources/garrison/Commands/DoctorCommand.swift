import ArgumentParser
import Cluster
import Domain
import FoundationEssentials
import Glibc
import Intelligence
import Store

/// `garrison doctor`: what is missing, and what to do about it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check this installation and say what to do.",
        discussion: "The exit code is 1 where something needs doing.")

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        var report = Report()
        checkResources(&report)
        checkDataDirectory(&report)
        checkPostgres(&report)
        await checkDatabase(&report)
        if report.problems > 0 { throw ExitCode(1) }
    }

    private struct Report {
        var problems = 0

        mutating func good(_ text: String) { Console.print("ok       \(text)") }

        mutating func note(_ text: String) { Console.print("note     \(text)") }

        mutating func bad(_ text: String) {
            problems += 1
            Console.print("problem  \(text)")
        }
    }

    private func checkResources(_ report: inout Report) {
        do {
            let migrations = try ResourceLocator.migrations()
            report.good("migrations: \(migrations)")
            let bundle = try IntelligenceBundle(directory: try ResourceLocator.bundle())
            report.good("bundled intelligence: content of \(bundle.date), \(bundle.files.count) files")
        } catch let error as any UserFacingError {
            report.bad(error.message)
        } catch {
            report.bad("\(error)")
        }
    }

    private func checkDataDirectory(_ report: inout Report) {
        let path = database.dataDirectory
        if access(path, F_OK) != 0 {
            report.note("data directory \(path) does not exist yet; `garrison serve` makes it")
        } else if access(path, R_OK | W_OK | X_OK) != 0 {
            report.bad("data directory \(path) is not readable and writable for you; choose another with --data-dir")
        } else {
            report.good("data directory: \(path)")
        }
        var space = statvfs()
        let probe = access(path, F_OK) == 0 ? path : "/"
        if statvfs(probe, &space) == 0 {
            let free = UInt64(space.f_bavail) * UInt64(space.f_frsize) >> 20
            free < 1024
                ? report.bad("only \(free) MB free beside \(probe); a fleet’s database needs gigabytes")
                : report.good("disk: \(free >> 10) GB free")
        }
    }

    private func checkPostgres(_ report: inout Report) {
        if let url = database.explicitURL {
            report.note(
                "DATABASE_URL is set: the private PostgreSQL is not used (\(url.split(separator: "@").last ?? ""))")
            return
        }
        let folders = (12...30).reversed().map { "/usr/lib/postgresql/\($0)/bin" }
        if let folder = folders.first(where: { access("\($0)/postgres", X_OK) == 0 }) {
            report.good("PostgreSQL programs: \(folder)")
        } else {
            report.bad("PostgreSQL is not installed: apt-get install postgresql")
        }
    }

    private func checkDatabase(_ report: inout Report) async {
        do {
            let sources = try await database.withStore { try await $0.intelligence.status() }
            report.good("database: reachable, schema current")
            if sources.isEmpty { report.bad("no intelligence is loaded: garrison intel update") }
            for source in sources {
                let days = source.contentDate.map { Int(Date().timeIntervalSince($0) / 86_400) }
                let text =
                    "intelligence \(source.source): \(source.records) records, \(days.map { "\($0) days old" } ?? "of unknown age")"
                (days ?? 0) > 30 ? report.note(text + "; garrison intel update") : report.good(text)
            }
        } catch let error as CommandError {
            report.note(error.message)
        } catch let error as any UserFacingError {
            report.bad(error.message)
        } catch {
            report.bad("\(error)")
        }
    }
}
