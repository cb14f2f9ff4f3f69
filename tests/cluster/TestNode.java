import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.opensearch.Version;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/**
 * One OpenSearch node, configured by config/opensearch.yml in its folder, that lives as long as its
 * standard input is open: whoever started it cannot die and leave it behind.
 *
 * <p>The server's own main class refuses to run as root, which is what containers and CI are, and
 * looks for modules as unpacked folders; here they are on the class path.
 */
public final class TestNode extends Node {
    private static final List<String> MODULES =
            List.of(
                    "org.opensearch.transport.Netty4ModulePlugin",
                    "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
                    "org.opensearch.index.mapper.MapperExtrasModulePlugin",
                    "org.opensearch.painless.PainlessModulePlugin",
                    "org.opensearch.index.reindex.ReindexModulePlugin",
                    "org.opensearch.join.ParentJoinModulePlugin");

    private TestNode(Environment environment, Collection<PluginInfo> modules) {
        super(environment, modules, true);
    }

    /** Node and cluster id would go to every line of the log, once a process. */
    @Override
    protected void configureNodeAndClusterIdStateListener(ClusterService clusterService) {}

    private static PluginInfo module(String name) {
        String java = Integer.toString(Runtime.version().feature());
        return new PluginInfo(
                name, "on the class path", "NA", Version.CURRENT, java, name, List.of(), false);
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Settings where = Settings.builder().put("path.home", home.toString()).build();
        Environment environment =
                InternalSettingsPreparer.prepareEnvironment(
                        where, Map.of(), home.resolve("config"), () -> "node");
        LogConfigurator.registerErrorListener();
        LogConfigurator.configure(environment);
        try {
            Node node = new TestNode(environment, MODULES.stream().map(TestNode::module).toList());
            node.start();
            while (System.in.read() != -1) {}
            node.close();
            node.awaitClose(10, TimeUnit.SECONDS);
        } catch (Throwable thrown) {
            thrown.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        System.exit(0);
    }
}
