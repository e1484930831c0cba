import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/**
 * One node of OpenSearch 2 or 3, for tests. Arguments: its folder, the classes of its modules joined by commas, and
 * settings as name=value. It ends with its standard input, which whoever has started it holds open.
 */
final class SearchNode extends Node {
    /** Raw, since the modules are classes in OpenSearch 2 and descriptions of them in 3. */
    @SuppressWarnings({"rawtypes", "unchecked"})
    private SearchNode(Environment environment, Collection modules) {
        super(environment, modules, true);
    }

    private static Object module(String name) throws ClassNotFoundException {
        if (Version.CURRENT.major < 3) {
            return Class.forName(name);
        }
        return new PluginInfo(name, "a module", "0", Version.CURRENT, "21", name, null, List.of(), false);
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Collection<Object> modules = new ArrayList<>();
        for (String name : arguments[1].split(",")) {
            modules.add(module(name));
        }
        Settings.Builder settings = Settings.builder().put("path.home", home);
        for (String argument : List.of(arguments).subList(2, arguments.length)) {
            String[] pair = argument.split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        new SearchNode(
            InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), home.resolve("config"), () -> "node"),
            modules
        ).start();
        while (System.in.read() >= 0) {
            // nothing is ever said
        }
        Runtime.getRuntime().halt(1);
    }
}
