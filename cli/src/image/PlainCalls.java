import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;
import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_Enum;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes plain methods of what the JDK makes when it is first called: a switch over types, which is
 * a hidden class of its own each, and the {@code equals}, {@code hashCode} and {@code toString} of
 * a record, some method handles each. No start-up cache holds either. For one class; the methods do
 * what {@code java.lang.runtime.SwitchBootstraps} and {@code ObjectMethods} promise.
 */
final class PlainCalls implements CodeTransform {
  private static final String SWITCHES = "Ljava/lang/runtime/SwitchBootstraps;";
  private static final String RECORDS = "Ljava/lang/runtime/ObjectMethods;";
  private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
  private static final ClassDesc BUILDER = ClassDesc.of("java.lang.StringBuilder");

  private final ClassDesc owner;
  private final boolean isInterface;
  private final List<Consumer<ClassBuilder>> methods = new ArrayList<>();

  PlainCalls(ClassModel model) {
    this.owner = model.thisClass().asSymbol();
    this.isInterface = model.flags().has(AccessFlag.INTERFACE);
  }

  /** Whether the class has no such call. */
  boolean isEmpty() {
    return methods.isEmpty();
  }

  /** Whether a method has such a call; others stay as they are. */
  boolean concern(MethodModel method) {
    return method.code().stream()
        .flatMap(code -> code.elementStream())
        .anyMatch(
            element -> element instanceof InvokeDynamicInstruction call && body(call).isPresent());
  }

  @Override
  public void accept(CodeBuilder code, CodeElement element) {
    var body =
        element instanceof InvokeDynamicInstruction call
            ? body(call)
            : Optional.<Consumer<CodeBuilder>>empty();
    if (body.isEmpty()) {
      code.with(element);
      return;
    }
    MethodTypeDesc type = ((InvokeDynamicInstruction) element).typeSymbol();
    String name = "plain$" + methods.size();
    methods.add(
        builder ->
            builder.withMethodBody(
                name, type, ACC_PRIVATE | ACC_STATIC | ACC_SYNTHETIC, body.get()));
    code.invokestatic(owner, name, type, isInterface);
  }

  /** Adds the methods to the class. */
  void define(ClassBuilder builder) {
    methods.forEach(method -> method.accept(builder));
  }

  private Optional<Consumer<CodeBuilder>> body(InvokeDynamicInstruction call) {
    String by = call.bootstrapMethod().owner().descriptorString();
    String name = call.bootstrapMethod().methodName();
    List<ConstantDesc> args = call.bootstrapArgs();
    if (by.equals(SWITCHES)
        && name.equals("typeSwitch")
        && !call.typeSymbol().parameterType(0).isPrimitive()
        && args.stream().allMatch(ClassDesc.class::isInstance)) {
      return Optional.of(code -> firstThatFits(code, args));
    }
    if (by.equals(SWITCHES) && name.equals("enumSwitch")) {
      return Optional.of(code -> firstThatFits(code, args));
    }
    if (by.equals(RECORDS)) {
      var components =
          args.stream()
              .skip(2)
              .map(getter -> Component.of((DirectMethodHandleDesc) getter))
              .toList();
      return switch (call.name().stringValue()) {
        case "hashCode" -> Optional.of(code -> hashCode(code, components));
        case "equals" -> Optional.of(code -> equals(code, components));
        default -> Optional.of(code -> toString(code, components));
      };
    }
    return Optional.empty();
  }

  /**
   * Of the labels from a given one on, types and names of enum constants: the first that fits; -1
   * for null; their number for none.
   */
  private static void firstThatFits(CodeBuilder code, List<ConstantDesc> labels) {
    Label there = code.newLabel();
    code.aload(0).ifnonnull(there).iconst_m1().ireturn().labelBinding(there);
    for (int i = 0; i < labels.size(); i++) {
      Label next = code.newLabel();
      code.iload(1).loadConstant(i).if_icmpgt(next).aload(0);
      if (labels.get(i) instanceof ClassDesc type) {
        code.instanceOf(type);
      } else {
        code.invokevirtual(CD_Enum, "name", MethodTypeDesc.of(CD_String));
        code.loadConstant(labels.get(i));
        code.invokevirtual(CD_String, "equals", MethodTypeDesc.of(CD_boolean, CD_Object));
      }
      code.ifeq(next).loadConstant(i).ireturn().labelBinding(next);
    }
    code.loadConstant(labels.size()).ireturn();
  }

  /** A component of a record. */
  private record Component(String name, ClassDesc type) {
    static Component of(DirectMethodHandleDesc getter) {
      return new Component(getter.methodName(), getter.invocationType().returnType());
    }

    TypeKind kind() {
      return TypeKind.from(type);
    }

    /** The class that knows how to hash and compare it. */
    ClassDesc box() {
      return switch (kind()) {
        case BOOLEAN -> ClassDesc.of("java.lang.Boolean");
        case BYTE -> ClassDesc.of("java.lang.Byte");
        case CHAR -> ClassDesc.of("java.lang.Character");
        case SHORT -> ClassDesc.of("java.lang.Short");
        case INT -> ClassDesc.of("java.lang.Integer");
        case LONG -> ClassDesc.of("java.lang.Long");
        case FLOAT -> ClassDesc.of("java.lang.Float");
        case DOUBLE -> ClassDesc.of("java.lang.Double");
        default -> OBJECTS;
      };
    }

    ClassDesc passed() {
      return type.isPrimitive() ? type : CD_Object;
    }
  }

  private void hashCode(CodeBuilder code, List<Component> components) {
    code.iconst_0();
    for (Component component : components) {
      code.bipush(31).imul().aload(0).getfield(owner, component.name(), component.type());
      code.invokestatic(component.box(), "hashCode", MethodTypeDesc.of(CD_int, component.passed()));
      code.iadd();
    }
    code.ireturn();
  }

  private void equals(CodeBuilder code, List<Component> components) {
    Label other = code.newLabel();
    Label comparable = code.newLabel();
    Label unequal = code.newLabel();
    code.aload(0).aload(1).if_acmpne(other).iconst_1().ireturn().labelBinding(other);
    code.aload(1).instanceOf(owner).ifne(comparable).iconst_0().ireturn().labelBinding(comparable);
    code.aload(1).checkcast(owner).astore(2);
    for (Component component : components) {
      code.aload(0).getfield(owner, component.name(), component.type());
      code.aload(2).getfield(owner, component.name(), component.type());
      if (component.type().isPrimitive()) {
        // Which tells all numbers from one another, and takes one that is none for equal to itself.
        code.invokestatic(
            component.box(),
            "compare",
            MethodTypeDesc.of(CD_int, component.type(), component.type()));
        code.ifne(unequal);
      } else {
        code.invokestatic(OBJECTS, "equals", MethodTypeDesc.of(CD_boolean, CD_Object, CD_Object));
        code.ifeq(unequal);
      }
    }
    code.iconst_1().ireturn().labelBinding(unequal).iconst_0().ireturn();
  }

  private void toString(CodeBuilder code, List<Component> components) {
    code.new_(BUILDER).dup().invokespecial(BUILDER, "<init>", MethodTypeDesc.of(CD_void));
    code.loadConstant(owner).invokevirtual(CD_Class, "getSimpleName", MethodTypeDesc.of(CD_String));
    append(code, CD_String);
    String before = "[";
    for (Component component : components) {
      code.loadConstant(before + component.name() + "=");
      append(code, CD_String);
      code.aload(0).getfield(owner, component.name(), component.type());
      code.invokestatic(CD_String, "valueOf", MethodTypeDesc.of(CD_String, printed(component)));
      append(code, CD_String);
      before = ", ";
    }
    code.loadConstant(components.isEmpty() ? "[]" : "]");
    append(code, CD_String);
    code.invokevirtual(BUILDER, "toString", MethodTypeDesc.of(CD_String)).areturn();
  }

  /** For which {@code String.valueOf} it is. */
  private static ClassDesc printed(Component component) {
    return switch (component.kind()) {
      case BYTE, SHORT -> CD_int;
      case REFERENCE -> CD_Object;
      default -> component.type();
    };
  }

  private static void append(CodeBuilder code, ClassDesc type) {
    code.invokevirtual(BUILDER, "append", MethodTypeDesc.of(BUILDER, type));
  }
}
