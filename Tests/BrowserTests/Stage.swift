import Domain
import Foundation
import TestSupport
import Testing

/// What browser tests play on: a server and a driver, started once for the suite and stopped after it.
struct Stage: Sendable {
    let server: GarrisonServer
    private let driver: Program
    private let driverAddress: String

    @TaskLocal static var shared: Stage?

    /// The running suite's.
    static var current: Stage {
        get throws {
            guard let shared else { throw TestFailure("the suite has no .stage trait") }
            return shared
        }
    }

    static func start() async throws -> Stage {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/chromedriver") else {
            throw TestFailure("no chromedriver: scripts/install-packages test")
        }
        let server = try await GarrisonServer.start()
        do {
            let port = try freePort()
            let driver = try Program(["/usr/bin/chromedriver", "--port=\(port)"])
            try await waitUntil("chromedriver listens") { driver.output.contains("started successfully") }
            return Stage(server: server, driver: driver, driverAddress: "http://127.0.0.1:\(port)")
        } catch {
            await server.stop()
            throw error
        }
    }

    func stop() async {
        await driver.stop()
        await server.stop()
    }

    /// A browser of its own for a test, closed when it is over.
    func withBrowser<Answer>(scripts: Bool = true, _ body: (Browser) async throws -> Answer) async throws -> Answer {
        let browser = try await Browser.open(driver: driverAddress, scripts: scripts)
        do {
            let answer = try await body(browser)
            await browser.close()
            return answer
        } catch {
            let folder = try Self.artifacts()
            try? await browser.screenshot(to: folder + "/failure.png")
            await browser.close()
            throw error
        }
    }

    /// The same, signed in.
    func withVisitor<Answer>(
        _ email: String = GarrisonServer.user, scripts: Bool = true, _ body: (Browser) async throws -> Answer
    ) async throws -> Answer {
        try await withBrowser(scripts: scripts) { browser in
            try await signIn(browser, email, GarrisonServer.password)
            try await waitUntil("the overview comes") { try await browser.path == "/" }
            return try await body(browser)
        }
    }

    func signIn(_ browser: Browser, _ email: String, _ password: String) async throws {
        try await browser.visit(server.base + "/sign-in")
        try await browser.fill("input[name=email]", email)
        try await browser.fill("input[name=password]", password)
        try await browser.click("form[action='/sign-in'] button")
    }

    /// Where screenshots are kept; not in version control.
    static func artifacts() throws -> String {
        guard let root = ResourceLocator.root() else { throw TestFailure("no checkout") }
        let folder = root + "/.build-artifacts/pages"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }
}

/// Gives a suite a ``Stage``.
struct StageTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let stage = try await Stage.start()
        do {
            try await Stage.$shared.withValue(stage) { try await function() }
            await stage.stop()
        } catch {
            await stage.stop()
            throw error
        }
    }
}

extension Trait where Self == StageTrait {
    /// A server and a browser driver for the whole suite.
    static var stage: Self { StageTrait() }
}
